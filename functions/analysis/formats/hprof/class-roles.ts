import type { ClassRole } from '../../graph/suspects.ts';

/** Worth naming when they pile up: each was opened or started and did not end. */
const RESOURCES =
  /^(java\.net\.(Socket|ServerSocket|DatagramSocket|URLClassLoader|\w*URLConnection|http\.\w+)|java\.io\.(File\w*Stream|RandomAccessFile|FileReader|FileWriter)|java\.util\.zip\.(Inflater|Deflater|ZipFile|GZIP\w+)|java\.util\.jar\.JarFile|java\.nio\.\w*Direct\w*Buffer\w*|java\.lang\.Thread|java\.util\.(Timer|TimerThread)|java\.util\.concurrent\.(ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool|CompletableFuture|FutureTask)|java\.sql\.\w+|javax\.net\.ssl\.\w+|sun\.nio\.ch\.\w*(Channel|Selector)\w*Impl|sun\.security\.ssl\.SSL\w+|sun\.net\.www\.protocol\.\w+\.\w*Connection)$/;
/** By its name something open, of whatever library. */
const RESOURCE_NAME =
  /(Connection|Socket|Channel|Statement|ResultSet|Cursor|FileHandle|InputStream|OutputStream|Reader|Writer|Client|EntityManager|Transaction)(Impl|Wrapper|Proxy|Handle)?$/;
/** What the operating system counts too, and allows a process some thousand of: many of them matter though they are small. */
const OPENED =
  /^(java\.net\.(Socket|ServerSocket|DatagramSocket|URLClassLoader)|java\.io\.(File\w*Stream|RandomAccessFile)|java\.util\.(zip\.(Inflater|Deflater|ZipFile)|jar\.JarFile)|sun\.nio\.ch\.\w*(Channel|Selector)\w*Impl)$/;
/** The machinery of classes, modules, references and reflection: every process has it, and it says nothing. */
const IGNORED =
  /^(\(.*|java\.lang\.(Class|Package|Module|ClassLoader|ModuleLayer|NamedPackage|Shutdown|StackTraceElement)(\$.*)?|java\.lang\.(ref|invoke|reflect|module|constant|annotation)\..*|java\.security\..*|java\.util\.jar\..*|java\.util\.zip\..*|java\.util\.Locale.*|sun\..*|jdk\..*|com\.sun\..*|oracle\.jrockit\..*|libcore\..*|dalvik\..*)$/;
/** Of the language and its library: an answer only where nothing better is inside. */
const DATA = /^(java|javax|kotlin|scala|groovy\.lang|clojure\.lang|android|androidx)\..*$|\$\$Lambda/;

/** What a class is to a leak hunt, by its name. */
export function roleOfClass(name: string): ClassRole {
  if (name.endsWith('[]'))
    return /^(java\.lang\.Class|java\.lang\.(reflect|invoke|module)\..*)\[\]/.test(name) ? 'ignored' : 'data';
  if (name === '' || name.startsWith('class ')) return 'ignored';
  if (RESOURCES.test(name)) return 'resource';
  if (IGNORED.test(name)) return 'ignored';
  return DATA.test(name) ? 'data' : 'user';
}

export const isResourceName = (name: string): boolean => RESOURCE_NAME.test(name);

/** Is one of these a file, a socket or memory of the operating system? */
export const isOpened = (name: string): boolean => OPENED.test(name);
