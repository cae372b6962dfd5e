import type { ClassRole } from '../../graph/suspects.ts';

/** Of the language and the engine: data, whatever it is used for. */
const DATA =
  /^(Object|Array|Map|Set|Function|Date|RegExp|Symbol|BigInt|Number|String|Boolean|Arguments|Iterator|Generator|AsyncGenerator|AsyncFunction|Proxy|DataView|ArrayBuffer|SharedArrayBuffer|(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array|Float(16|32|64)Array|Buffer|FastBuffer|WeakRef|WeakMap|WeakSet|\(.*\)|system \/ .*|\{.*|.*Iterator|AccessorPair)$/;

/** Worth naming when they pile up: each is something that was opened or started and did not end. */
const RESOURCES =
  /^(Promise|Timeout|Immediate|AbortSignal|AbortController|EventTarget|EventEmitter|.*Socket|Server|Agent|ClientRequest|IncomingMessage|ServerResponse|(Read|Write|Duplex|Transform|PassThrough)(Stream|able)?|(File)?(Read|Write)Stream|FileHandle|FSReqCallback|TCP|TLSWrap|Pipe|HTTPParser|Worker|MessagePort|ChildProcess|AsyncResource|Gunzip|Gzip|Inflate|Deflate|Hash|Hmac|X509Certificate|SecureContext)$/;

/** Tables of Node and of the debugger that every process has. */
const IGNORED =
  /^(BuiltinModule|NativeModule|Module|ModuleJob|ModuleWrap|ModuleLoader|ModuleMap|LoadCache|ResolveCache|ContextifyScript|CompiledFunctionEntry|(Type|Range|Syntax|Reference|URI|Eval|Aggregate|Suppressed)?Error|DOMException|global|global \(.*|Window|process|console|Window \/ .*|global \/ .*|Object \/ .*|V8EventListener|InternalNode|CallSite|NodeError|SystemError|AsyncWrap|_TstNode|\{exports\}|\{constructor\}|\{constructor, .*|\(compiled code\)|\(object shape\)|\(system\)|\(hidden\)|\(code\)|\(synthetic\)|\(symbol\)|\(number\)|\(native\)|system \/ (?!Context|JSArrayBufferData).*)$/;

/** Blink's own objects carry the names of C++ classes and of DOM interfaces; only detached ones are an answer. */
export function roleOfClass(name: string, isNative: boolean): ClassRole {
  if (name.startsWith('Detached ')) return 'user';
  if (name === '' || IGNORED.test(name) || (isNative && !name.startsWith('system /'))) return 'ignored';
  if (RESOURCES.test(name)) return 'resource';
  // Objects of literals and JSON: their properties are the best name that they have.
  if (name.startsWith('{') && name !== '{}') return 'user';
  return DATA.test(name) ? 'data' : 'user';
}
