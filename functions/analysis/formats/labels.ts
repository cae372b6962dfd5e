const MAX_LABEL_NAME = 200;
const MAX_LABEL_VALUE = 2000;

/** Sets a label from hostile input: bounded, and an own property even when its name is `__proto__`. */
export function setLabel(labels: Record<string, string>, name: string, value: string): void {
  const shortName = name.length > MAX_LABEL_NAME ? name.slice(0, MAX_LABEL_NAME) : name;
  const shortValue = value.length > MAX_LABEL_VALUE ? value.slice(0, MAX_LABEL_VALUE) : value;
  if (shortName === '__proto__') {
    Object.defineProperty(labels, shortName, {
      value: shortValue,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else labels[shortName] = shortValue;
}
