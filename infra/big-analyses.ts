import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations, type Stack } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, SubnetType, Vpc, GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerDependencyCondition,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDriver,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { grantObjects, grantRecords } from './grants.ts';
import { environmentOf, type Shared } from './environment.ts';

export interface BigAnalyses {
  /** What the analyse function needs to start one. */
  readonly environment: Record<string, string>;
  grantStart(to: IGrantable): void;
}

/** Objects above this go to a task: Lambda's 10 GB of memory and 15 minutes are not enough for them. */
const BIG_BYTES = 8e9;

/**
 * The same code with more room: 8 vCPU, 60 GB, 200 GB of scratch, started for one job and gone after it. No NAT and no
 * load balancer, so nothing is paid while none runs; no image to build, so no Docker: one container copies the bundle,
 * Node's own image runs it.
 */
export function createBigAnalyses(stack: Stack, props: Shared): BigAnalyses {
  const vpc = new Vpc(stack, 'BigVpc', {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC }],
    gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    restrictDefaultSecurityGroup: false,
  });
  const group = new SecurityGroup(stack, 'BigGroup', {
    vpc,
    allowAllOutbound: false,
    description: 'Out by TLS, nothing in',
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443));
  const cluster = new Cluster(stack, 'BigCluster', { vpc });
  const task = new FargateTaskDefinition(stack, 'BigTask', {
    cpu: 8192,
    memoryLimitMiB: 61_440,
    ephemeralStorageGiB: 200,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    volumes: [{ name: 'code' }],
  });
  const bundle = new Asset(stack, 'BigBundle', { path: join(import.meta.dirname, '../dist/lambda/analyse-big.mjs') });
  task.addToTaskRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bundle.bucket.arnForObjects(bundle.s3ObjectKey)] }),
  );
  const logging = LogDriver.awsLogs({
    streamPrefix: 'big',
    logGroup: new LogGroup(stack, 'BigLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });
  const copy = task.addContainer('copy', {
    image: ContainerImage.fromRegistry('public.ecr.aws/aws-cli/aws-cli:2.31.0'),
    essential: false,
    command: ['s3', 'cp', bundle.s3ObjectUrl, '/code/analyse-big.mjs'],
    logging,
  });
  const analyse = task.addContainer('analyse', {
    image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/node:24-slim'),
    command: ['node', '--max-old-space-size=8192', '/code/analyse-big.mjs'],
    environment: environmentOf(props),
    logging,
    stopTimeout: Duration.minutes(2),
  });
  copy.addMountPoints({ sourceVolume: 'code', containerPath: '/code', readOnly: false });
  analyse.addMountPoints({ sourceVolume: 'code', containerPath: '/code', readOnly: true });
  analyse.addContainerDependencies({ container: copy, condition: ContainerDependencyCondition.SUCCESS });
  grantRecords(props.table, task.taskRole);
  grantObjects(props.buckets.evidence, task.taskRole);
  props.jobs.queue.grantSendMessages(task.taskRole);

  Validations.of(vpc).acknowledge({
    id: 'AwsSolutions-VPC7',
    reason: 'Nothing listens in this network; flow logs would bill for outbound reads of S3 alone.',
  });
  Validations.of(cluster).acknowledge({
    id: 'AwsSolutions-ECS4',
    reason: 'Container insights bill by the hour; the state of each job is in its record.',
  });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'The variables are names of resources, not secrets.',
  });

  return {
    environment: {
      CASEBOOK_BIG_BYTES: String(BIG_BYTES),
      CASEBOOK_BIG_CLUSTER: cluster.clusterName,
      CASEBOOK_BIG_TASK: task.taskDefinitionArn,
      CASEBOOK_BIG_SUBNETS: vpc.publicSubnets.map((subnet) => subnet.subnetId).join(','),
      CASEBOOK_BIG_GROUP: group.securityGroupId,
    },
    grantStart(to) {
      task.grantRun(to);
      to.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['ecs:ListTasks'],
          resources: ['*'],
          conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
        }),
      );
    },
  };
}
