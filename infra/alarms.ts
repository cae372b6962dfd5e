import { Duration, Validations, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Functions } from './functions.ts';
import type { JobQueues } from './jobs.ts';

/** Four alarms (the first ten of an account are free): jobs that died, jobs that wait, errors of the API and of publish. */
export function createAlarms(
  stack: Stack,
  { functions, jobs, mail }: { functions: Functions; jobs: JobQueues; mail?: string },
): void {
  const topic = new Topic(stack, 'Alarms', { enforceSSL: true });
  Validations.of(topic).acknowledge({
    id: 'AwsSolutions-SNS2',
    reason: 'An alarm says that something failed, and nothing of what was sent.',
  });
  if (mail) topic.addSubscription(new EmailSubscription(mail));
  const alarm = (name: string, metric: IMetric, threshold: number, alarmDescription: string): void => {
    new Alarm(stack, name, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    }).addAlarmAction(new SnsAction(topic));
  };
  const period = Duration.minutes(5);
  alarm(
    'JobsDied',
    jobs.dead.metricApproximateNumberOfMessagesVisible({ period }),
    1,
    'Jobs failed three times: see GET /api/jobs/dead',
  );
  alarm('JobsWait', jobs.queue.metricApproximateAgeOfOldestMessage({ period }), 3600, 'A job has waited for an hour');
  alarm('ApiErrors', functions.api.metricErrors({ period }), 5, 'The API function fails');
  alarm('PublishErrors', functions.publish.metricErrors({ period }), 5, 'Changes are not published');
}
