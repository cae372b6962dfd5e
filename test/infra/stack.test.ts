import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { siteKeys } from '../../functions/hub/keys.ts';
import { CasebookStack } from '../../infra/stack.ts';

const built = existsSync(resolve(import.meta.dirname, '../../dist/lambda/api.mjs'));

interface LambdaProperties {
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Runtime?: string;
  readonly EphemeralStorage?: { Size: number };
}

/** The stack takes its code from `dist`: npm run build. */
describe.skipIf(!built)('the stack', () => {
  let template: Template;
  let lambdas: LambdaProperties[];

  beforeAll(() => {
    template = Template.fromStack(new CasebookStack(new App(), 'Casebook', {}));
    lambdas = Object.values(template.findResources('AWS::Lambda::Function')).map(
      (found) => found['Properties'] as LambdaProperties,
    );
  });

  it('stays inside the limits that synth does not check', () => {
    expect(lambdas.length).toBeGreaterThanOrEqual(4);
    for (const lambda of lambdas) {
      expect(lambda.Timeout).toBeLessThanOrEqual(900);
      expect(lambda.MemorySize ?? 128).toBeLessThanOrEqual(10_240);
      expect(lambda.EphemeralStorage?.Size ?? 512).toBeLessThanOrEqual(10_240);
    }
  });

  it('gives the analyse function all that Lambda has, one job at a time', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'analyse.handler',
      Runtime: 'nodejs24.x',
      Timeout: 900,
      MemorySize: 10_240,
      EphemeralStorage: { Size: 10_240 },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Jobs'), 'Arn'] },
    });
    const [queue] = Object.values(
      template.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: Match.anyValue() } }),
    );
    expect((queue?.['Properties'] as { VisibilityTimeout: number }).VisibilityTimeout).toBeGreaterThan(900);
  });

  it('asks the API for the page that says that there is nothing, and leaves the answers of the API alone', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        CustomErrorResponses: Match.absent(),
        OriginGroups: { Items: [Match.objectLike({ FailoverCriteria: { StatusCodes: { Items: [403, 404] } } })] },
      },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /{proxy+}' });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Resource: { 'Fn::Join': ['', Match.arrayWith([`/${siteKeys.missing}`])] },
          }),
        ]),
      },
    });
  });

  it('puts the script and style before anything can name them', () => {
    const [assets] = Object.keys(template.findResources('Custom::CDKBucketDeployment'));
    for (const handler of ['api', 'publish', 'deployed']) {
      template.hasResource('AWS::Lambda::Function', {
        Properties: { Handler: `${handler}.handler` },
        DependsOn: Match.arrayWith([assets]),
      });
    }
  });

  it('holds nothing that bills by the hour', () => {
    for (const type of [
      'AWS::EC2::NatGateway',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::ECS::Service',
      'AWS::RDS::DBInstance',
      'AWS::KMS::Key',
      'AWS::SecretsManager::Secret',
      'AWS::WAFv2::WebACL',
      'AWS::EC2::Instance',
    ])
      template.resourceCountIs(type, 0);
    template.allResourcesProperties('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' });
    expect(JSON.stringify(template.toJSON())).not.toContain('ProvisionedConcurrency');
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });

  it('keeps what people sent when the stack goes', () => {
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('lets nobody read a bucket but the distribution', () => {
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
  });

  it('brings objects that arrive to the queue', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.s3'], 'detail-type': ['Object Created'] }),
    });
  });
});
