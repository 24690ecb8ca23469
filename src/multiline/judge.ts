/** Says of the lines of one group after the other where it ends. What it says depends on this group's lines alone. */
export interface Judge {
  /** A line that begins a group. */
  begin(line: string): void;
  /** Whether the next line belongs to the group as well. */
  continues(line: string): boolean;
  /** The last line ended its group, whatever comes. */
  readonly ended: boolean;
}
