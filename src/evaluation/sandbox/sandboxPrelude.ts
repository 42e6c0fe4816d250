import { sandboxLimits } from './sandboxProtocol';

/**
 * What is run in the sandbox before the program: an expression whose value is a function of the host's two functions (`ask(kind, name)` gives a
 * promise, `log(line)`), which gives what the host calls. A program that changes built-in objects fools only itself: the host trusts nothing
 * that comes out.
 */
export const sandboxPrelude = `((ask, log) => {
  'use strict';
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { defineProperty, keys } = Object;
  const text = String;
  const shown = (value) => {
    try {
      if (typeof value === 'string') return value;
      if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return text(value);
      if (value instanceof Error) return text(value) + '\\n' + text(value.stack);
      const json = stringify(value);
      return json === undefined ? text(value) : json;
    } catch {
      return '(cannot be shown)';
    }
  };
  const line = (...values) => {
    let all = '';
    for (let n = 0; n < values.length && all.length <= ${sandboxLimits.consoleLineLength}; n++) all += (n === 0 ? '' : ' ') + shown(values[n]);
    log(all.slice(0, ${sandboxLimits.consoleLineLength}));
  };
  const hide = (target, name, value) => defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  hide(globalThis, 'console', { log: line, info: line, warn: line, error: line, debug: line, trace: line });
  const module = { exports: {} };
  hide(globalThis, 'module', module);
  hide(globalThis, 'exports', module.exports);
  const functionOf = (value, hasNamespace) => {
    if (typeof value === 'function') return value;
    if (hasNamespace && typeof value.default === 'function') return value.default;
    const exported = module.exports;
    if (typeof exported === 'function') return exported;
    return exported !== null && typeof exported === 'object' && typeof exported.default === 'function' ? exported.default : undefined;
  };
  return {
    define: (json) => {
      const data = parse(json);
      for (const name of keys(data)) hide(globalThis, name, data[name]);
    },
    call: async (value, hasNamespace, json) => {
      const run = functionOf(value, hasNamespace);
      if (run === undefined) throw new Error('it exports no function: write "export default async (context) => ({ … })"');
      const context = parse(json);
      hide(context, 'read', (name) => ask('read', name));
      hide(context, 'files', async () => parse(await ask('list', '')));
      return run(context);
    },
    settle: async (value) => value,
    toJson: (value, limitsJson) => {
      const limits = parse(limitsJson);
      const leftOut = {};
      let kept = value;
      if (value !== null && typeof value === 'object' && !isArray(value)) {
        for (const name of keys(limits)) {
          const list = value[name];
          if (!isArray(list) || !(list.length > limits[name])) continue;
          leftOut[name] = list.length - limits[name];
          const few = [];
          for (let n = 0; n < limits[name]; n++) few[n] = list[n];
          kept = { ...kept, [name]: few };
        }
      }
      const json = stringify(kept);
      const length = json === undefined ? 0 : json.length;
      return { json: length > ${sandboxLimits.resultLength} ? undefined : json, length, leftOut: stringify(leftOut) };
    },
    describe: (error) => {
      const part = (read, most) => {
        try {
          return text(read()).slice(0, most);
        } catch {
          return '';
        }
      };
      if (error === null || typeof error !== 'object') return stringify({ name: '', message: part(() => (typeof error === 'string' ? error : shown(error)), 2000), stack: '' });
      return stringify({ name: part(() => error.name ?? '', 100), message: part(() => error.message ?? shown(error), 2000), stack: part(() => error.stack ?? '', 20000) });
    },
  };
})`;
