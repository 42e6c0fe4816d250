// Takes the place of @vscode/spdlog in our code-server, whose native part is not compiled there. Without it the editor writes no log
// files, and every log output channel stays empty. Same interface; writes at once; keeps one older file.
const { appendFileSync, mkdirSync, renameSync, statSync } = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const info = 2;

class Logger {
  #file;
  #maxBytes;
  #level = info;
  #formatted = true;
  #bytes;

  constructor(_kind, _name, file, maxBytes) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    appendFileSync(file, '');
  }

  #write(level, message) {
    if (level < this.#level) return;
    const text = this.#formatted ? `${new Date().toISOString().replace('T', ' ').slice(0, -1)} [${levels[level]}] ${message}\n` : message;
    if (this.#maxBytes > 0 && this.#bytes > this.#maxBytes) {
      renameSync(this.#file, `${this.#file}.1`);
      this.#bytes = 0;
    }
    // The editor may remove its profile before it stops logging: that must not end it.
    try {
      appendFileSync(this.#file, text);
    } catch {
      return;
    }
    this.#bytes += Buffer.byteLength(text);
  }

  trace(message) { this.#write(0, message); }
  debug(message) { this.#write(1, message); }
  info(message) { this.#write(2, message); }
  warn(message) { this.#write(3, message); }
  error(message) { this.#write(4, message); }
  critical(message) { this.#write(5, message); }
  getLevel() { return this.#level; }
  setLevel(level) { this.#level = level; }
  setPattern() { this.#formatted = true; }
  clearFormatters() { this.#formatted = false; }
  flush() {}
  drop() {}
}

async function createLogger(name, file, maxBytes, maxFiles) {
  mkdirSync(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file, maxBytes, maxFiles);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
