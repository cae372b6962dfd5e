import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Firewall } from './firewall.ts';
import { CasebookStack } from './stack.ts';

/**
 * Context: `-c firewall=true` adds a WAF rate rule (about 6 USD a month, the only part that costs while idle);
 * `-c alarmMail=ops@example.org` sends alarms there.
 */
const app = new App();
const env = { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] };
// CloudFront reads its firewall from us-east-1, wherever the rest lives.
const firewall =
  app.node.tryGetContext('firewall') === 'true'
    ? new Firewall(app, 'CasebookFirewall', { env: { ...env, region: 'us-east-1' }, crossRegionReferences: true })
    : undefined;
const mail: unknown = app.node.tryGetContext('alarmMail');
new CasebookStack(app, 'Casebook', {
  env,
  crossRegionReferences: firewall !== undefined,
  ...(firewall && { webAclArn: firewall.webAclArn }),
  ...(typeof mail === 'string' && { alarmMail: mail }),
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
