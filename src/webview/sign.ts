/**
 * Gives the canvas of a legend's sign its size, in CSS pixels, in as many dots as the screen has there.
 * @returns the pen to draw it with, in dots; undefined where there is none
 */
export function signPen(
  canvas: HTMLCanvasElement,
  [width, height]: readonly [number, number],
): CanvasRenderingContext2D | undefined {
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  return canvas.getContext("2d") ?? undefined;
}
