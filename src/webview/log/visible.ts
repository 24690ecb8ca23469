export { visible, visibleLines } from "../../lib/visible.ts";
