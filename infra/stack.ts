import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createBigAnalyses } from './big-analyses.ts';
import { createBuckets } from './buckets.ts';
import { createDistribution } from './distribution.ts';
import { createFunctions } from './functions.ts';
import { createHttpApi, routeToApi } from './http-api.ts';
import { createJobs } from './jobs.ts';
import { createSignIn } from './sign-in.ts';
import { createTable } from './table.ts';

export interface CasebookStackProps extends StackProps {
  /** Of a firewall in us-east-1. */
  readonly webAclArn?: string;
  readonly alarmMail?: string;
}

/** Readers touch only the distribution and the site's bucket; everything else sleeps until evidence arrives. */
export class CasebookStack extends Stack {
  constructor(scope: Construct, id: string, props: CasebookStackProps) {
    super(scope, id, props);
    const table = createTable(this);
    const buckets = createBuckets(this);
    const jobs = createJobs(this, buckets.evidence);
    const httpApi = createHttpApi(this);
    const distribution = createDistribution(this, {
      site: buckets.site,
      httpApi,
      ...(props.webAclArn && { webAclArn: props.webAclArn }),
    });
    const publicUrl = `https://${distribution.distributionDomainName}`;
    buckets.allowUploadsFrom(publicUrl);
    const signIn = createSignIn(this, publicUrl);
    const bigAnalyses = createBigAnalyses(this, { table, buckets, jobs, publicUrl });
    const functions = createFunctions(this, { table, buckets, jobs, publicUrl, signIn, bigAnalyses });
    routeToApi(httpApi, functions.api);
    createAlarms(this, { functions, jobs, ...(props.alarmMail && { mail: props.alarmMail }) });

    new CfnOutput(this, 'Address', { value: publicUrl });
    new CfnOutput(this, 'UserPool', {
      value: signIn.userPoolId,
      description: 'Create maintainers here: aws cognito-idp admin-create-user',
    });
  }
}
