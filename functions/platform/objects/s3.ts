import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AppError } from '../../model/error.ts';
import { attachment } from './content-disposition.ts';
import { checkKey } from './key.ts';
import { checkExpiry, checkPartNumber, checkParts, checkSize } from './limits.ts';
import type { ObjectInfo, Objects, Part, PutOptions } from './objects.ts';
import { isConditionalConflict, isMissing, isNoUpload, isPreconditionFailed, isS3Error } from './s3/s3-error.ts';
import { s3Source } from './s3/s3-source.ts';

const CONFLICT_TRIES = 5;

export interface S3ObjectsOptions {
  readonly client: S3Client;
  /**
   * Signs URLs and starts uploads. It must have `requestChecksumCalculation: 'WHEN_REQUIRED'`, or it signs the CRC32 of
   * an empty body into every URL and S3 refuses what is then sent.
   */
  readonly presignClient: S3Client;
  readonly bucket: string;
  /** Before every key. */
  readonly prefix?: string;
}

/** Blobs in S3, or what speaks its protocol. */
export function s3Objects({ client, presignClient, bucket, prefix = '' }: S3ObjectsOptions): Objects {
  const at = (key: string) => ({ Bucket: bucket, Key: checkKey(prefix + checkKey(key)) });

  async function signing(expiresInSeconds: number): Promise<{ expiresIn: number }> {
    checkExpiry(expiresInSeconds);
    if ((await presignClient.config.requestChecksumCalculation()) !== 'WHEN_REQUIRED') {
      throw new Error("The S3 client that signs URLs must have requestChecksumCalculation: 'WHEN_REQUIRED'.");
    }
    return { expiresIn: expiresInSeconds };
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    try {
      const answer = await client.send(new HeadObjectCommand(at(key)));
      return {
        key,
        sizeBytes: answer.ContentLength ?? 0,
        etag: answer.ETag ?? '',
        modifiedAtMs: answer.LastModified?.getTime() ?? 0,
        ...(answer.ContentType === undefined ? {} : { contentType: answer.ContentType }),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function listParts(key: string, uploadId: string): Promise<Part[]> {
    const parts: Part[] = [];
    let marker: string | undefined;
    do {
      const command = new ListPartsCommand({ ...at(key), UploadId: uploadId, PartNumberMarker: marker });
      const page = await client.send(command).catch((error: unknown) => {
        throw isNoUpload(error) ? noUpload(key, error) : error;
      });
      for (const { PartNumber = 0, ETag = '', Size = 0 } of page.Parts ?? []) {
        parts.push({ partNumber: PartNumber, etag: ETag, sizeBytes: Size });
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts;
  }

  async function put(key: string, bytes: Uint8Array | string, options: PutOptions): Promise<boolean> {
    const { contentType, cacheControl, ifAbsent } = options;
    const command = new PutObjectCommand({
      ...at(key),
      Body: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
      ContentType: contentType,
      CacheControl: cacheControl,
      IfNoneMatch: ifAbsent ? '*' : undefined,
    });
    for (let tries = 1; ; tries++) {
      try {
        await client.send(command);
        return true;
      } catch (error) {
        if (ifAbsent && isPreconditionFailed(error)) return false;
        if (!isConditionalConflict(error) || tries === CONFLICT_TRIES) throw error;
      }
    }
  }

  return {
    presignPut: async (key, { sizeBytes, expiresInSeconds }) => {
      checkSize(sizeBytes);
      const command = new PutObjectCommand({ ...at(key), ContentLength: sizeBytes });
      return getSignedUrl(presignClient, command, await signing(expiresInSeconds));
    },

    startMultipart: async (key) => {
      const { UploadId } = await presignClient.send(new CreateMultipartUploadCommand(at(key)));
      if (UploadId === undefined) throw new Error(`S3 started an upload of ${key} without an id.`);
      return UploadId;
    },

    presignPart: async (key, uploadId, { partNumber, sizeBytes, expiresInSeconds }) => {
      checkSize(sizeBytes);
      checkPartNumber(partNumber);
      const part = { ...at(key), UploadId: uploadId, PartNumber: partNumber, ContentLength: sizeBytes };
      return getSignedUrl(presignClient, new UploadPartCommand(part), await signing(expiresInSeconds));
    },

    listParts,

    completeMultipart: async (key, uploadId, parts) => {
      const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: uploadId,
        MultipartUpload: { Parts },
      });
      try {
        await presignClient.send(command);
      } catch (error) {
        if (isNoUpload(error)) throw noUpload(key, error);
        if (!isS3Error(error, 400, 'InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'MalformedXML')) throw error;
        checkParts(parts, await listParts(key, uploadId)); // names the part, which S3 does not always
        throw new AppError('bad-input', `S3 did not join the parts of ${key}: ${String(error)}`, { cause: error });
      }
      const info = await head(key);
      if (!info) throw new Error(`${key} is not there after its upload was completed.`);
      return info;
    },

    abortMultipart: async (key, uploadId) => {
      await client.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: uploadId })).catch((error: unknown) => {
        if (!isNoUpload(error)) throw error;
      });
    },

    presignGet: async (key, { expiresInSeconds, downloadName }) => {
      const answer = {
        ResponseContentDisposition: attachment(downloadName),
        ResponseContentType: 'application/octet-stream',
      };
      const command = new GetObjectCommand({ ...at(key), ...answer });
      return getSignedUrl(presignClient, command, await signing(expiresInSeconds));
    },

    head,

    source: async (key) => {
      const info = await head(key);
      if (!info) throw new AppError('not-found', `There is no object ${key}.`);
      return s3Source({ client, bucket, key: at(key).Key, etag: info.etag, sizeBytes: info.sizeBytes });
    },

    read: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        throw isMissing(error) ? new AppError('not-found', `There is no object ${key}.`, { cause: error }) : error;
      }
    },

    put: (key, bytes, options = {}) => put(key, bytes, options),

    delete: async (key) => {
      await client.send(new DeleteObjectCommand(at(key)));
    },

    list: async (keyPrefix, { cursor, limit = 1000 } = {}) => {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix + keyPrefix,
          ContinuationToken: cursor,
          MaxKeys: Math.max(1, Math.min(1000, limit)),
        }),
      );
      const objects = (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
        key: Key.slice(prefix.length),
        sizeBytes: Size,
        etag: ETag,
        modifiedAtMs: LastModified?.getTime() ?? 0,
      }));
      const next = page.IsTruncated ? page.NextContinuationToken : undefined;
      return next === undefined ? { objects } : { objects, cursor: next };
    },
  };
}

function noUpload(key: string, cause: unknown): AppError {
  return new AppError('not-found', `There is no such upload of ${key}: it is completed, aborted or expired.`, {
    cause,
  });
}
