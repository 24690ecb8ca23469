// Writes the log files of VS Code's web build in place of `@vscode/spdlog`, which needs a compiler to install.
// Same functions as that package's `index.js`; without it every output channel of an extension stays empty.
const { appendFileSync, existsSync, mkdirSync, renameSync, statSync } = require("node:fs");
const { dirname } = require("node:path");

const names = ["trace", "debug", "info", "warning", "error", "critical", "off"];

function createLogger(file, maxSize, maxFiles) {
  mkdirSync(dirname(file), { recursive: true });
  let size = existsSync(file) ? statSync(file).size : 0;
  let minimum = 2;
  let bare = false;

  function rotate() {
    for (let n = maxFiles - 1; n > 0; n--) {
      const from = n === 1 ? file : `${file}.${n - 1}`;
      if (existsSync(from)) renameSync(from, `${file}.${n}`);
    }
    size = 0;
  }

  function write(level, message) {
    if (level < minimum) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    const line = bare ? message : `${time} [${names[level]}] ${message}\n`;
    if (size > 0 && size + line.length > maxSize && maxFiles > 1) rotate();
    appendFileSync(file, line);
    size += Buffer.byteLength(line);
  }

  return {
    trace: (message) => write(0, message),
    debug: (message) => write(1, message),
    info: (message) => write(2, message),
    warn: (message) => write(3, message),
    error: (message) => write(4, message),
    critical: (message) => write(5, message),
    getLevel: () => minimum,
    setLevel: (level) => {
      minimum = level;
    },
    setPattern: () => {},
    clearFormatters: () => {
      bare = true;
    },
    flush: () => {},
    drop: () => {},
  };
}

const create = async (_name, file, maxSize, maxFiles) => createLogger(file, maxSize, maxFiles);

exports.version = 1;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
