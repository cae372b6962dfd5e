import { ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { z } from 'zod';

const Environment = z.object({
  CASEBOOK_BIG_BYTES: z.coerce.number().positive(),
  CASEBOOK_BIG_CLUSTER: z.string(),
  CASEBOOK_BIG_TASK: z.string(),
  CASEBOOK_BIG_SUBNETS: z.string(),
  CASEBOOK_BIG_GROUP: z.string(),
});

/**
 * Starts a task with the job when the object is too big for a function; false when it is not. The same job twice starts one
 * task (`clientToken`), and a task that dies leaves a record without life, which sweep sends again.
 */
export async function startBigAnalysis(job: string, sizeBytes: number): Promise<boolean> {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success || sizeBytes <= parsed.data.CASEBOOK_BIG_BYTES) return false;
  const environment = parsed.data;
  const answer = await new ECSClient({}).send(
    new RunTaskCommand({
      cluster: environment.CASEBOOK_BIG_CLUSTER,
      taskDefinition: environment.CASEBOOK_BIG_TASK,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: environment.CASEBOOK_BIG_SUBNETS.split(','),
          securityGroups: [environment.CASEBOOK_BIG_GROUP],
          assignPublicIp: 'ENABLED',
        },
      },
      overrides: { containerOverrides: [{ name: 'analyse', environment: [{ name: 'CASEBOOK_JOB', value: job }] }] },
    }),
  );
  const [failure] = answer.failures ?? [];
  if (failure)
    throw new Error(
      `no task could be started for a big analysis: ${failure.reason ?? 'unknown'} ${failure.detail ?? ''}`,
    );
  return true;
}
