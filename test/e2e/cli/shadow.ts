// Stands for the built command line under an old Node: runs the arguments' script with this very Node.
import { relaunch } from "../../../src/cli/relaunch.ts";

relaunch(process.execPath, process.argv.slice(2));
