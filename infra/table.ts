import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { TABLE } from '../functions/platform/records/table.ts';

/** The one table: on demand, with its change stream, point-in-time recovery and expiry. Kept when the stack is deleted. */
export function createTable(stack: Stack): Table {
  const attribute = (key: { name: string; type: string }) => ({
    name: key.name,
    type: key.type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
  });
  const table = new Table(stack, 'Records', {
    partitionKey: attribute(TABLE.partitionKey),
    sortKey: attribute(TABLE.sortKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType[TABLE.streamViewType],
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TABLE.ttlAttribute,
    encryption: TableEncryption.DEFAULT,
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
  });
  table.addGlobalSecondaryIndex({
    indexName: TABLE.dueIndex.name,
    partitionKey: attribute(TABLE.dueIndex.partitionKey),
    sortKey: attribute(TABLE.dueIndex.sortKey),
    projectionType: ProjectionType[TABLE.dueIndex.projection],
  });
  return table;
}
