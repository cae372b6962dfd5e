/** Names under which programs keep the most entries that a collection may have. */
const LIMIT_FIELD =
  /^[#_$]?(max(imum)?(_?(size|entries|elements|items|count|capacity|length|keys|values|weight))?|(size|entry|cache|item|count)_?(limit|bound)|limit|capacity|bound)_?$/i;
/** Classes that by their name drop what is old. */
const LIMITED_CLASS = /(LRU|Lru|Lfu|LFU|Bounded|RingBuffer|CircularBuffer|EvictingQueue|Expiring|Ttl|TTL)/;

/** Is this the name of a field that limits a collection? */
export const isLimitName = (field: string): boolean => LIMIT_FIELD.test(field);

/** `LruCache has a limit by its name and by its field “max”`; undefined where nothing speaks of a limit. */
export function describeLimit(className: string, fields: readonly string[]): string | undefined {
  const field = fields.find(isLimitName);
  const named = LIMITED_CLASS.test(className);
  if (field === undefined) return named ? `${className} by its name has a limit` : undefined;
  return `${className} has a limit by its field “${field}”`;
}
