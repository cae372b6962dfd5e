/** One kind of secret: how it begins, and what of the text is its secret part. */
export interface SecretRule {
  readonly id: string;
  readonly title: string;
  /** Lower-case texts, one of which every match holds: a text without any is not looked at further. */
  readonly hints: readonly string[];
  /**
   * Global. Group `secret` is the part to blank, else all of the match. Each begins at a word that its own class of characters cannot go
   * over, or is bounded, so that matching stays linear in a text that a stranger made.
   */
  readonly pattern: RegExp;
  /** Refuses what only looks like one. */
  readonly isReal?: (secret: string) => boolean;
}

/** A value, not a placeholder, a variable or a word of the language. */
function isValue(secret: string): boolean {
  if (/^(?:null|undefined|true|false|none|string|required|password|passwd|secret|function|this\b.*)$/i.test(secret))
    return false;
  return !/^(?:[$<{%(]|process\.env|\*{3}|x{4,}$)/i.test(secret) && new Set(secret).size > 2;
}

/** Forms as their makers document them; prefixes are what GitHub's and GitLab's own scanners key on as well. */
export const SECRET_RULES: readonly SecretRule[] = [
  {
    id: 'aws-access-key',
    title: 'AWS access key id',
    hints: ['akia', 'asia'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  },
  {
    id: 'aws-secret-key',
    title: 'AWS secret access key',
    hints: ['secret'],
    pattern:
      /aws_?secret_?(?:access_?)?key["']?\s{0,8}[:=]\s{0,8}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    isReal: isValue,
  },
  {
    id: 'gcp-api-key',
    title: 'Google API key',
    hints: ['aiza'],
    pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  },
  {
    id: 'gcp-oauth-token',
    title: 'Google OAuth token',
    hints: ['ya29.'],
    pattern: /(?<![\w-])ya29\.[\w-]{20,2048}/g,
  },
  {
    id: 'azure-storage-key',
    title: 'Azure storage or service key',
    hints: ['key='],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{40,88}={0,2})(?![A-Za-z0-9+/])/g,
  },
  {
    id: 'azure-sas',
    title: 'signature of an Azure shared access URL',
    hints: ['sig='],
    pattern: /[?&]sig=(?<secret>[A-Za-z0-9%+/]{40,200}={0,2})/g,
  },
  {
    id: 'github-token',
    title: 'GitHub token',
    hints: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_\w{22,251})/g,
  },
  {
    id: 'gitlab-token',
    title: 'GitLab token',
    hints: ['glpat-', 'gldt-', 'glrt-', 'glcbt-'],
    pattern: /(?<![\w-])gl(?:pat|dt|rt|cbt)-[\w-]{20,128}/g,
  },
  {
    id: 'slack-token',
    title: 'Slack token or webhook',
    hints: ['xox', 'hooks.slack.com'],
    pattern:
      /(?<![\w-])xox[abeoprs]-[A-Za-z0-9-]{10,250}|hooks\.slack\.com\/services\/(?<secret>T[A-Z0-9]{5,20}\/B[A-Z0-9]{5,20}\/\w{16,64})/g,
  },
  {
    id: 'npm-token',
    title: 'npm token',
    hints: ['npm_'],
    pattern: /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g,
  },
  {
    id: 'stripe-key',
    title: 'Stripe key',
    hints: ['k_live_', 'k_test_'],
    pattern: /(?<!\w)[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}/g,
  },
  {
    id: 'model-api-key',
    title: 'API key of the form sk-…',
    hints: ['sk-'],
    // Letters and digits both: "sk-" begins words of languages and of CSS classes as well.
    pattern: /(?<![\w-])sk-[\w-]{20,250}/g,
    isReal: (secret) => /\d/.test(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret),
  },
  {
    id: 'jwt',
    title: 'JSON web token',
    hints: ['eyj'],
    pattern: /(?<![\w-])eyJ[\w-]{8,8192}\.eyJ[\w-]{8,16384}\.[\w-]{0,4096}/g,
  },
  {
    id: 'authorization-header',
    title: 'credentials of an Authorization header',
    hints: ['bearer', 'authorization'],
    pattern:
      /(?:\bbearer\s{1,8}|\bauthorization["']?\s{0,8}[:=]\s{0,8}["']?(?:basic|token|digest|apikey)\s{1,8})(?<secret>[\w.~+/=-]{16,4096})/gi,
    isReal: (secret) => /\d/.test(secret) || /[a-z][A-Z]/.test(secret),
  },
  {
    id: 'password-assignment',
    title: 'password, secret or key that is assigned',
    hints: ['passw', 'pwd', 'secret', 'api_key', 'apikey', 'api-key', 'token'],
    pattern:
      /(?<![A-Za-z0-9])(?:[a-z]{1,20}[_-]?)?(?:password|passwd|passwort|pwd|secret|api[_-]?key|(?:access|auth|refresh|client)[_-]?(?:token|secret))["']?\s{0,8}[:=]\s{0,8}["']?(?<secret>[^\s"'`&,;(){}<>]{6,256})/gi,
    isReal: isValue,
  },
];
