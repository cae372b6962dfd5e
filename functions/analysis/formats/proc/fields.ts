/** Fields of /proc files that tell the files apart. https://man7.org/linux/man-pages/man5/proc.5.html */
export const STATUS_FIELDS = new Set([
  'Name', 'State', 'Pid', 'PPid', 'VmPeak', 'VmSize', 'VmHWM', 'VmRSS', 'RssAnon', 'RssFile', 'RssShmem', 'VmData',
  'VmStk', 'VmSwap', 'Threads', 'voluntary_ctxt_switches',
]); // prettier-ignore

export const SMAPS_FIELDS = new Set([
  'Size', 'KernelPageSize', 'MMUPageSize', 'Rss', 'Pss', 'Pss_Dirty', 'Pss_Anon', 'Pss_File', 'Pss_Shmem', 'Shared_Clean',
  'Shared_Dirty', 'Private_Clean', 'Private_Dirty', 'Referenced', 'Anonymous', 'LazyFree', 'AnonHugePages',
  'ShmemPmdMapped', 'FilePmdMapped', 'Shared_Hugetlb', 'Private_Hugetlb', 'Swap', 'SwapPss', 'Locked',
]); // prettier-ignore

export const MEMINFO_FIELDS = new Set([
  'MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SwapCached', 'Active', 'Inactive', 'SwapTotal',
  'SwapFree', 'Slab', 'SReclaimable', 'SUnreclaim', 'AnonPages', 'Mapped', 'Shmem', 'KernelStack', 'PageTables',
]); // prettier-ignore

/** Page sizes are sizes of single pages, not sums over a process. */
export const NOT_SUMMED = new Set(['KernelPageSize', 'MMUPageSize']);

/** `00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/dbus-daemon` */
export const MAPPING = /^[0-9a-f]{4,16}-[0-9a-f]{4,16} [rwxsp-]{4} [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/;
/** `VmRSS:	   12345 kB` */
export const FIELD = /^([A-Za-z_()0-9]{2,40}):\s+(\d{1,20})(?:\s+(kB))?$/;
/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` */
export const PRESSURE = /^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/;
/** `26231 (vim) R 5392 ...`: at least the 24 fields up to rss. */
export const STAT = /^(\d{1,10}) \((.{1,64})\) ([A-Za-z]) ((?:-?\d+ ){20,48}-?\d+)["'\s]{0,2}$/;
/** `51234 12345 2345 1 0 4567 0`: sizes in pages; the fifth and the last are 0 since Linux 2.6. */
export const STATM = /^\d{1,12} (\d{1,12}) (\d{1,20}) \d{1,12} 0 \d{1,12} 0$/;
/** The file that follows or that a line is from: `==> /proc/7/status <==`, `/proc/7/status:VmRSS: ...`. */
export const PROC_FILE =
  /^(?:==> )?\/(?:host\/)?proc\/(?:(\d{1,10}|self)\/(?:task\/\d{1,10}\/)?)?(?:status|smaps|smaps_rollup|stat|statm|meminfo|pressure\/(cpu|io|irq|memory))(?: <==$|:(?=\S))/;
/** What is under pressure, by the name of its file: `/proc/pressure/cpu`, `memory.pressure`. */
export const PRESSED = /(?:^|[^a-z])(?:(cpu|io|irq|memory)[._-]{0,2}pressure|pressure[/._-]{1,2}(cpu|io|irq|memory))/;
/** Fields of `status` that tell of memory and of nothing else. */
export const MEMORY_FIELD = /^(?:Vm(?:Peak|Size|HWM|RSS|Data|Swap)|Rss(?:Anon|File|Shmem)):\s+\d+ kB$/;
