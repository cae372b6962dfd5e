import { join } from 'node:path';
import { Duration, RemovalPolicy, Size, Token, Validations, type Stack } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  Runtime,
  StartingPosition,
  type CfnFunction,
  type FunctionProps,
} from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Trigger } from 'aws-cdk-lib/triggers';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { BigAnalyses } from './big-analyses.ts';
import { acknowledgeWildcard, grantObjects, grantRecords } from './grants.ts';
import { environmentOf, type Shared } from './environment.ts';
import type { SignIn } from './sign-in.ts';

export interface Functions {
  readonly api: LambdaFunction;
  readonly analyse: LambdaFunction;
  readonly publish: LambdaFunction;
  readonly sweep: LambdaFunction;
}

const DIST = join(import.meta.dirname, '../dist');

export function createFunctions(stack: Stack, props: Shared & { signIn: SignIn; bigAnalyses: BigAnalyses }): Functions {
  const { table, buckets, jobs, bigAnalyses } = props;
  const make = (name: string, own: Partial<FunctionProps>): LambdaFunction => {
    const made = new LambdaFunction(stack, `${name}Function`, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(DIST, 'lambda'), {
        exclude: ['*', `!${name.toLowerCase()}.mjs`, `!${name.toLowerCase()}.mjs.map`],
      }),
      handler: `${name.toLowerCase()}.handler`,
      environment: environmentOf(props, props.signIn),
      logGroup: new LogGroup(stack, `${name}Log`, {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...own,
    });
    grantRecords(table, made);
    grantObjects(buckets.evidence, made);
    return made;
  };

  const api = make('Api', { memorySize: 1024, timeout: Duration.seconds(20) });
  jobs.queue.grantSendMessages(api);
  jobs.dead.grantConsumeMessages(api);
  api.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [buckets.site.arnForObjects('404.html')] }),
  );

  const analyse = make('Analyse', {
    memorySize: 10_240,
    ephemeralStorageSize: Size.gibibytes(10),
    timeout: Duration.minutes(15),
    environment: { ...environmentOf(props, props.signIn), ...bigAnalyses.environment },
  });
  // One message, one dump, one process with all the memory.
  analyse.addEventSource(
    new SqsEventSource(jobs.queue, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures: true }),
  );
  bigAnalyses.grantStart(analyse);
  // An object that arrived becomes a job, and what grows comes again.
  jobs.queue.grantSendMessages(analyse);

  const publish = make('Publish', { memorySize: 1769, timeout: Duration.minutes(2) });
  grantObjects(buckets.site, publish);
  publish.addEventSource(
    new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(2),
      bisectBatchOnError: true,
      retryAttempts: 10,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(jobs.dead),
    }),
  );

  const sweep = make('Sweep', { memorySize: 512, timeout: Duration.minutes(5) });
  grantObjects(buckets.site, sweep);
  jobs.queue.grantSendMessages(sweep);
  new Schedule(stack, 'EveryFiveMinutes', {
    schedule: ScheduleExpression.rate(Duration.minutes(5)),
    target: new LambdaInvoke(sweep),
  });
  const sweepId = stack.resolve(stack.getLogicalId(sweep.node.defaultChild as CfnFunction)) as string; // a logical id resolves to a string
  acknowledgeWildcard(stack, `Resource::<${sweepId}.Arn>:*`, 'The schedule may invoke any version of sweep.');

  const deployed = make('Deployed', { memorySize: 1769, timeout: Duration.minutes(10) });
  grantObjects(buckets.site, deployed);
  jobs.queue.grantSendMessages(deployed);

  const assets = new BucketDeployment(stack, 'SiteAssets', {
    sources: [Source.asset(join(DIST, 'web'), { exclude: ['manifest.json', 'assets.json'] })],
    destinationBucket: buckets.site,
    prune: false,
    cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    memoryLimit: 512,
  });

  // Pages name the new script and style only once these are there; the earlier ones stay for pages and tabs that name them.
  for (const namer of [api, publish, deployed]) namer.node.addDependency(assets);
  new Trigger(stack, 'AfterDeployment', { handler: deployed, executeAfter: [assets], timeout: Duration.minutes(10) });
  Validations.of(assets.handlerRole).acknowledge(
    ...[
      'Action::s3:Abort*',
      'Action::s3:DeleteObject*',
      'Action::s3:GetBucket*',
      'Action::s3:GetObject*',
      'Action::s3:List*',
    ].map((what) => ({
      id: `AwsSolutions-IAM5[${what}]`,
      reason:
        'The deployment function of the CDK copies the built assets into the site at deploy time, and runs at no other.',
    })),
  );
  acceptFindings(stack);
  return { api, analyse, publish, sweep };
}

function acceptFindings(stack: Stack): void {
  const region = Token.isUnresolved(stack.region) ? '<AWS::Region>' : stack.region;
  acknowledgeWildcard(
    stack,
    'Resource::*',
    'ListStreams and ListTasks cannot be narrowed to a resource; the latter is to one cluster.',
  );
  acknowledgeWildcard(
    stack,
    `Resource::arn:aws:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${region}/*`,
    'Assets of the CDK, read at deploy time or by a task that copies its code.',
  );
  Validations.of(stack).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason: 'Writing its own log is all that this managed policy allows.',
  });
  Validations.of(stack).acknowledge({
    id: 'AwsSolutions-L1',
    reason: 'The runtime of the deployment function is chosen by the CDK; ours are Node 24.',
  });
}
