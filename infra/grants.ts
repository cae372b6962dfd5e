import { CfnBucket, type Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnTable, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib';

/** Every object of one bucket, by the operations that the adapter uses and no others. */
export function grantObjects(bucket: Bucket, to: IGrantable): void {
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [bucket.bucketArn] }),
  );
  acknowledgeWildcard(
    bucket,
    `Resource::<${logicalId(bucket, CfnBucket)}.Arn>/*`,
    'Keys are made by the product: a function works on all objects of its bucket.',
  );
}

/** Records and the one index. */
export function grantRecords(table: Table, to: IGrantable): void {
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      resources: [table.tableArn],
    }),
  );
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/*`] }),
  );
  acknowledgeWildcard(table, `Resource::<${logicalId(table, CfnTable)}.Arn>/index/*`, 'The table has one index.');
}

/** On the stack, because the finding is at each role that has the grant. */
export function acknowledgeWildcard(scope: Bucket | Table | Stack, what: string, reason: string): void {
  Validations.of(Stack.of(scope)).acknowledge({ id: `AwsSolutions-IAM5[${what}]`, reason });
}

function logicalId(construct: Bucket | Table, kind: typeof CfnBucket | typeof CfnTable): string {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof kind)) throw new TypeError(`${construct.node.path} has no resource of its own`);
  return Stack.of(construct).resolve(resource.logicalId) as string; // a logical id resolves to a string
}
