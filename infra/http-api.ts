import { Validations, type Stack } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** The door that costs nothing while nobody knocks. Bytes of evidence never pass it: it answers where to put them. */
export function createHttpApi(stack: Stack): HttpApi {
  const api = new HttpApi(stack, 'Api', { description: 'Casebook' });
  const stage = api.defaultStage?.node.defaultChild;
  if (stage instanceof CfnStage) stage.defaultRouteSettings = { throttlingRateLimit: 200, throttlingBurstLimit: 400 };
  if (api.defaultStage)
    Validations.of(api.defaultStage).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason:
        'The API function logs each request itself, without addresses or secrets; gateway logs would double them.',
    });
  return api;
}

export function routeToApi(api: HttpApi, handler: IFunction): void {
  const integration = new HttpLambdaIntegration('ApiFunction', handler);
  const routes = [
    ...api.addRoutes({ path: '/api/{proxy+}', methods: [HttpMethod.ANY], integration }),
    // What the site does not have: the page that says so.
    ...api.addRoutes({ path: '/{proxy+}', methods: [HttpMethod.GET, HttpMethod.HEAD], integration }),
  ];
  for (const route of routes)
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The application authorises: strangers submit with public tokens, receipts and sessions are checked in functions/api.',
    });
}
