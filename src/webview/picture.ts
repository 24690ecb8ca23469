import type { L10n } from "./l10n.ts";
import { drawSwatch } from "./paint.ts";
import type { Plot } from "./plot.ts";
import type { Theme } from "./theme.ts";

/** In CSS pixels. */
const [PAD, LINE, SWATCH, GAP] = [12, 18, 18, 10];

/** A chart with its title, its legend and what it is of, on the background of the editor. */
export function paintPicture(plot: Plot, chart: HTMLCanvasElement, theme: Theme): HTMLCanvasElement {
  const ratio = devicePixelRatio;
  const width = chart.width / ratio + 2 * PAD;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  const font = (weight: string) => `${weight} ${theme.font().replace("11px", "12px")}`;
  pen.font = font("normal");
  const items = plot.heat
    ? []
    : (plot.states ?? plot.lines).map((line) => ({
        line,
        width: SWATCH + 6 + pen.measureText(line.label).width,
      }));
  const places: { readonly x: number; readonly y: number }[] = [];
  let [x, y] = [PAD, PAD + LINE];
  for (const item of items) {
    if (x > PAD && x + item.width > width - PAD) [x, y] = [PAD, y + LINE];
    places.push({ x, y });
    x += item.width + GAP;
  }
  const top = items.length > 0 ? y + LINE : PAD + LINE;
  const notes = plot.note === undefined ? 0 : LINE;
  const height = top + chart.height / ratio + notes + PAD;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  pen.scale(ratio, ratio);
  pen.fillStyle = theme.color("--vscode-editor-background");
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = "middle";
  const write = (text: string, left: number, middle: number, color: string, weight = "normal"): void => {
    pen.font = font(weight);
    pen.fillStyle = theme.color(color);
    pen.fillText(text, left, middle);
  };
  write(plot.title, PAD, PAD + LINE / 2, "--vscode-foreground", "600");
  const after = PAD + pen.measureText(plot.title).width + 8;
  write(plot.unit, after, PAD + LINE / 2, "--vscode-descriptionForeground");
  for (const [i, { line }] of items.entries()) {
    const place = places[i] ?? { x: 0, y: 0 };
    const swatch = document.createElement("canvas");
    drawSwatch(swatch, line.look, plot.stacked || plot.states !== undefined, theme);
    pen.drawImage(swatch, place.x, place.y + 4, SWATCH, 10);
    write(line.label, place.x + SWATCH + 6, place.y + LINE / 2, "--vscode-foreground");
  }
  pen.drawImage(chart, PAD, top, chart.width / ratio, chart.height / ratio);
  if (plot.note !== undefined)
    write(plot.note, PAD, height - PAD - LINE / 2, "--vscode-descriptionForeground");
  return canvas;
}

/** Pictures side by side, in rows of `columns`. */
export function mosaic(
  pictures: readonly HTMLCanvasElement[],
  columns: number,
  theme: Theme,
): HTMLCanvasElement {
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, i) =>
    pictures.slice(i * columns, (i + 1) * columns),
  );
  const canvas = document.createElement("canvas");
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  canvas.width = Math.max(...rows.map((row) => row.reduce((sum, { width }) => sum + width, 0)));
  canvas.height = heights.reduce((sum, height) => sum + height, 0);
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.fillStyle = theme.color("--vscode-editor-background");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let y = 0;
  for (const [i, row] of rows.entries()) {
    let x = 0;
    for (const picture of row) {
      pen.drawImage(picture, x, y);
      x += picture.width;
    }
    y += heights[i] ?? 0;
  }
  return canvas;
}

/** A picture as the bytes of a PNG file. Throws when the browser can't make one, as it is too large. */
export async function pngOf(canvas: HTMLCanvasElement, { t }: L10n): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(t("The picture is too large."));
  return new Uint8Array(await blob.arrayBuffer());
}
