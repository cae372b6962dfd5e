import { S3ServiceException } from '@aws-sdk/client-s3';

/** Some answers have no body to name the error (HEAD), so names and status are asked together. */
export function isS3Error(error: unknown, status: number, ...names: string[]): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return names.includes(error.name) || (names.length === 0 && error.$metadata.httpStatusCode === status);
}

export const isMissing = (error: unknown): boolean => isS3Error(error, 404, 'NoSuchKey', 'NotFound');
export const isNoUpload = (error: unknown): boolean => isS3Error(error, 404, 'NoSuchUpload');
export const isPreconditionFailed = (error: unknown): boolean => isS3Error(error, 412);
/** Two conditional writes at once: S3 asks to try again. */
export const isConditionalConflict = (error: unknown): boolean => isS3Error(error, 409);
