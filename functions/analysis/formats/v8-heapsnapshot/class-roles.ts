import type { ClassRole } from '../../graph/suspects.ts';

/** Of the language and the engine: data, whatever it is used for. */
const DATA =
  /^(Object|Array|Map|Set|Function|Date|RegExp|Symbol|BigInt|Number|String|Boolean|Arguments|Iterator|Generator|AsyncGenerator|AsyncFunction|Proxy|DataView|ArrayBuffer|SharedArrayBuffer|(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array|Float(16|32|64)Array|Buffer|FastBuffer|WeakRef|WeakMap|WeakSet|FinalizationRegistry|\(.*\)|system \/ .*|\{.*|.*Iterator|AccessorPair|(|Type|Range|Syntax|Reference|URI|Eval|Aggregate|Suppressed|System|Node)Error|DOMException)$/;

/** Stands for something outside the heap that was opened and has to be closed. */
const OPEN =
  /^(.*Socket|(Http2|Http2Secure)?Server|Agent|ClientRequest|IncomingMessage|ServerResponse|Http2Server(Request|Response)|(Client|Server)?Http2(Session|Stream)|(File|Sync)?(Read|Write)Stream|(Read|Writ)able(Stream)?|Duplex|Transform(Stream)?|PassThrough|(Compression|Decompression|TextDecoder|TextEncoder)Stream|FileHandle|Dir|Worker|ChildProcess|MessagePort|MessageChannel|BroadcastChannel|FSWatcher|StatWatcher|(Readable|Writable)WorkerStdio|Interface|Gunzip|Gzip|Inflate|Deflate|(Inflate|Deflate)Raw|Unzip|Brotli(Compress|Decompress)|Zstd(Compress|Decompress)|WebSocket|EventSource|XMLHttpRequest|RTCPeerConnection)$/;

/** Of the runtime, and worth naming when they pile up, though what they hold is the better answer where it has a name. */
const CARRIER =
  /^(Promise|Timeout|Immediate|AbortSignal|AbortController|EventTarget|NodeEventTarget|EventEmitter|Listener|Event|CustomEvent|MessageEvent|AsyncResource|AsyncLocalStorage|AsyncContextFrame|FSReqCallback|Blob|Hash|Hmac|Sign|Verify|Cipheriv|Decipheriv|X509Certificate|SecureContext|FixedCircularBuffer|PerformanceMark|PerformanceMeasure|PerformanceResourceTiming|V8EventListener|EventListener|Node \/ Message)$/;

/** Objects of which Node makes one for each of its own: the stream, the socket, the request that has it is the answer. */
const PART =
  /^(ReadableState|WritableState|BufferList|TCP|TCPConnectWrap|TLSWrap|Pipe|PipeConnectWrap|TTY|UDP|UDPWrap|HTTPParser|HTTPServerAsyncResource|HTTPClientAsyncResource|Zlib|BrotliEncoder|BrotliDecoder|ZstdCompress|ZstdDecompress|Process|WriteWrap|ShutdownWrap|GetAddrInfoReqWrap|ResetController|StringDecoder|TimersList)$/;
/** Listeners and states of Node's own streams are literals, with its events and symbols (`kConstruct`, `async_id_symbol`) as keys. */
const NODE_KEY =
  /^(close|error|data|end|readable|finish|prefinish|drain|pipe|unpipe|pause|resume|lookup|connect|connection|secureConnect|timeout|free|socket|response|request|agentRemove|newListener|removeListener|ready|open|exit|message|keylog|session|abort|aborted|upgrade|checkContinue|on(Data|End|Close|Drain)|outgoing|incoming|keepAliveTimeoutSet|<symbol (k[A-Z]\w*|async_id_symbol|trigger_async_id_symbol|owner_symbol|asyncId|triggerAsyncId)>)$/;

/** Tables of Node and of the debugger that every process has. */
const IGNORED =
  /^(BuiltinModule|NativeModule|Module|ModuleJob|ModuleWrap|ModuleLoader|ModuleMap|LoadCache|ResolveCache|ContextifyScript|CompiledFunctionEntry|global|global \(.*|Window|process|console|Window \/ .*|global \/ .*|Object \/ .*|InternalNode|CallSite|AsyncWrap|_TstNode|BaseObject|\{next, resistStopPropagation\}|\{helpText, .*|\{exports\}|\{default\}|\{__esModule[,}].*|\{constructor\}|\{constructor, .*|\(compiled code\)|\(object shape\)|\(system\)|\(hidden\)|\(code\)|\(synthetic\)|\(native\)|system \/ (?!Context|JSArrayBufferData).*)$/;

/** Does an object of this class stand for something that is open until it is closed? */
export const isOpen = (className: string): boolean => OPEN.test(className);

/** An element that is out of its document. Node marks the native halves of its handles in the same way, which says nothing of a leak. */
export const isDetachedDom = (className: string): boolean => /^Detached (?!Node \/ )/.test(className);

/** Blink's own objects carry the names of C++ classes and of DOM interfaces; only detached ones are an answer. */
export function roleOfClass(name: string, isNative: boolean): ClassRole {
  if (name.startsWith('Detached ')) return isDetachedDom(name) ? 'user' : 'ignored';
  if (name === '' || IGNORED.test(name) || PART.test(name)) return 'ignored';
  // Names of C++ classes.
  if (/^(Node \/ |blink::|cppgc::)/.test(name) && name !== 'Node / Message') return 'ignored';
  if (isNative && !name.startsWith('system /') && name !== 'Node / Message') return 'ignored';
  // A thread or a process each: few are many.
  if (name === 'Worker' || name === 'ChildProcess') return 'user';
  if (OPEN.test(name) || CARRIER.test(name)) return 'resource';
  // Objects of literals and JSON: their properties are the best name that they have.
  if (name.startsWith('{') && name !== '{}') return isOfNode(name) ? 'ignored' : 'user';
  return DATA.test(name) ? 'data' : 'user';
}

/** `{error, data}` is anybody's; with a symbol of Node or the end of a stream it is Node's. */
function isOfNode(shape: string): boolean {
  const keys = shape.slice(1, -1).split(', ');
  return keys.every((key) => NODE_KEY.test(key)) && keys.some((key) => /^(<|close$|finish$|unpipe$|onData$)/.test(key));
}
