export const target: string;
export function codeOf(): Promise<string>;
