import type { Hatch, Look } from "./palette.ts";
import { signPen } from "./sign.ts";
import type { Theme } from "./theme.ts";

const TILE = 8;

/** What an area is filled with: a tint, and strokes that tell it from its neighbours without colour. */
export function filling(
  context: CanvasRenderingContext2D,
  { color, hatch }: Look,
  theme: Theme,
  ratio = devicePixelRatio,
): CanvasPattern | string {
  const tint = theme.translucent(color, 0.7);
  if (hatch === "plain") return tint;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(TILE * ratio);
  const pen = tile.getContext("2d");
  if (!pen) return tint;
  drawTile(pen, hatch, tint, theme.color(color), ratio);
  return context.createPattern(tile, "repeat") ?? tint;
}

function drawTile(
  pen: CanvasRenderingContext2D,
  hatch: Hatch,
  tint: string,
  stroke: string,
  ratio: number,
): void {
  pen.scale(ratio, ratio);
  pen.fillStyle = tint;
  pen.fillRect(0, 0, TILE, TILE);
  pen.strokeStyle = pen.fillStyle = stroke;
  pen.lineWidth = 1;
  pen.beginPath();
  const half = TILE / 2;
  // Strokes reach beyond the tile, so that they meet at its corners.
  if (hatch === "rising" || hatch === "cross") {
    for (const shift of [-TILE, 0, TILE]) line(pen, shift - 1, TILE + 1, shift + TILE + 1, -1);
  }
  if (hatch === "falling" || hatch === "cross") {
    for (const shift of [-TILE, 0, TILE]) line(pen, shift - 1, -1, shift + TILE + 1, TILE + 1);
  }
  if (hatch === "level" || hatch === "grid") line(pen, 0, half, TILE, half);
  if (hatch === "upright" || hatch === "grid") line(pen, half, 0, half, TILE);
  pen.stroke();
  if (hatch === "checks") {
    pen.fillRect(0, 0, half, half);
    pen.fillRect(half, half, half, half);
  }
  if (hatch === "dots") pen.fillRect(half - 0.75, half - 0.75, 1.5, 1.5);
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}

/** Draws a line's sign for the legend: its dash, or its filling when it is stacked. */
export function drawSwatch(canvas: HTMLCanvasElement, look: Look, stacked: boolean, theme: Theme): void {
  const [width, height] = [18, 10];
  const ratio = devicePixelRatio;
  const pen = signPen(canvas, [width, height]);
  if (!pen) return;
  if (stacked) {
    pen.fillStyle = filling(pen, look, theme, ratio);
    pen.fillRect(0, 0, canvas.width, canvas.height);
    return;
  }
  pen.scale(ratio, ratio);
  pen.strokeStyle = theme.color(look.color);
  pen.lineWidth = 2;
  pen.setLineDash([...look.dash]);
  pen.beginPath();
  line(pen, 0, height / 2, width, height / 2);
  pen.stroke();
}
