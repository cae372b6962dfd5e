export interface RobustFit {
  /** One a column, in the units of y per unit of the column. */
  readonly coefficients: Float64Array;
  /** Standard error of each coefficient, for independent residuals (enlarge it where they are not); NaN after two rounds or fewer. */
  readonly errors: Float64Array;
  readonly residuals: Float64Array;
}

/** Huber's tuning constant: 95 % of least squares' efficiency on normal noise. */
const HUBER = 1.345;
const ROUNDS = 4;
/** So many rounds are for comparing fits, which needs no errors. */
const COMPARING = 2;

/** Room that every fit uses again: a verdict makes some hundred fits a layer, and typed arrays live outside the heap until it is collected. */
let scratch = {
  weights: new Float64Array(0),
  sizes: new Float64Array(0),
  gram: new Float64Array(0),
  lower: new Float64Array(0),
  right: new Float64Array(0),
};

function room(n: number, p: number): typeof scratch {
  if (scratch.weights.length < n || scratch.gram.length < p * p) {
    const points = Math.max(n, scratch.weights.length);
    const size = Math.max(p, scratch.right.length);
    scratch = {
      weights: new Float64Array(points),
      sizes: new Float64Array(points),
      gram: new Float64Array(size * size),
      lower: new Float64Array(size * size),
      right: new Float64Array(size),
    };
  }
  return scratch;
}

/**
 * Linear regression of `y` on `columns` that outliers do not pull: Huber's M-estimate by iteratively reweighted least
 * squares (P. J. Huber 1964). Collinear columns are held by a ridge of 1e-9 of their size. Undefined where there are
 * fewer points than columns. `rounds` 2 is enough to compare, 4 to report. O(rounds n p^2).
 */
export function robustFit(columns: readonly Float64Array[], y: Float64Array, rounds = ROUNDS): RobustFit | undefined {
  const n = y.length;
  const p = columns.length;
  if (n <= p || p === 0) return undefined;
  const { weights, gram, right, lower, sizes: allSizes } = room(n, p);
  const sizes = allSizes.subarray(0, n);
  weights.fill(1, 0, n);
  const residuals = new Float64Array(n);
  const coefficients = new Float64Array(p);
  let scale = 0;
  for (let round = 0; round < rounds; round++) {
    normalEquations(columns, y, weights, gram, right);
    if (!cholesky(gram, p, lower)) return undefined;
    solve(lower, right, p, coefficients);
    for (let i = 0; i < n; i++) {
      let fitted = 0;
      for (let a = 0; a < p; a++) fitted += coefficients[a]! * columns[a]![i]!;
      residuals[i] = y[i]! - fitted;
    }
    for (let i = 0; i < n; i++) sizes[i] = Math.abs(residuals[i]!);
    scale = 1.4826 * sizes.sort()[n >> 1]!;
    if (scale <= 0) break;
    for (let i = 0; i < n; i++) weights[i] = Math.min(1, (HUBER * scale) / Math.abs(residuals[i]!));
  }
  const errors = rounds > COMPARING ? standardErrors(gram, p, residuals, scale) : new Float64Array(p).fill(Number.NaN);
  return { coefficients, errors, residuals };
}

function normalEquations(
  columns: readonly Float64Array[],
  y: Float64Array,
  weights: Float64Array,
  gram: Float64Array,
  right: Float64Array,
): void {
  const p = columns.length;
  for (let a = 0; a < p; a++) {
    const left = columns[a]!;
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += weights[i]! * left[i]! * y[i]!;
    right[a] = sum;
    for (let b = a; b < p; b++) {
      const other = columns[b]!;
      let product = 0;
      for (let i = 0; i < y.length; i++) product += weights[i]! * left[i]! * other[i]!;
      gram[a * p + b] = product;
      gram[b * p + a] = product;
    }
  }
  for (let a = 0; a < p; a++) gram[a * p + a] = gram[a * p + a]! * (1 + 1e-9) + 1e-300;
}

/** Lower triangle L with L L' = matrix into `lower`; false where the matrix is not positive. */
function cholesky(matrix: Float64Array, p: number, lower: Float64Array): boolean {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * p + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * p + k]! * lower[j * p + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        lower[i * p + i] = Math.sqrt(sum);
      } else lower[i * p + j] = sum / lower[j * p + j]!;
    }
  }
  return true;
}

/** Solves L L' x = right. */
function solve(lower: Float64Array, right: ArrayLike<number>, p: number, x: Float64Array): void {
  for (let i = 0; i < p; i++) x[i] = right[i]!;
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < i; k++) x[i] = x[i]! - lower[i * p + k]! * x[k]!;
    x[i] = x[i]! / lower[i * p + i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    for (let k = i + 1; k < p; k++) x[i] = x[i]! - lower[k * p + i]! * x[k]!;
    x[i] = x[i]! / lower[i * p + i]!;
  }
}

function standardErrors(gram: Float64Array, p: number, residuals: Float64Array, scale: number): Float64Array {
  const { lower } = room(residuals.length, p);
  const errors = new Float64Array(p).fill(Number.POSITIVE_INFINITY);
  if (!cholesky(gram, p, lower)) return errors;
  let square = 0;
  for (const residual of residuals) square += Math.min(residual * residual, 9 * scale * scale);
  const variance = square / Math.max(1, residuals.length - p);
  const unit = new Float64Array(p);
  const solved = new Float64Array(p);
  for (let a = 0; a < p; a++) {
    unit.fill(0);
    unit[a] = 1;
    solve(lower, unit, p, solved);
    errors[a] = Math.sqrt(Math.max(0, solved[a]!) * variance);
  }
  return errors;
}
