import { Duration, Fn, Validations, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { contentSecurityPolicy } from '../web/security.ts';

/** `/i/openfn/` is `i/openfn/index.html` in the bucket. */
const FOLDER_TO_INDEX = `function handler(event) {
  var request = event.request;
  if (request.uri.endsWith('/')) request.uri += 'index.html';
  else if (!request.uri.split('/').pop().includes('.')) return { statusCode: 301, headers: { location: { value: request.uri + '/' } } };
  return request;
}`;

export interface DistributionProps {
  readonly site: Bucket;
  readonly httpApi: HttpApi;
  readonly webAclArn?: string;
}

export function createDistribution(stack: Stack, { site, httpApi, webAclArn }: DistributionProps): Distribution {
  const headers = new ResponseHeadersPolicy(stack, 'Headers', {
    securityHeadersBehavior: {
      // The browser puts evidence straight into the bucket.
      contentSecurityPolicy: {
        contentSecurityPolicy: contentSecurityPolicy([`https://*.s3.${stack.region}.${stack.urlSuffix}`]),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
    },
  });
  const folders = new EdgeFunction(stack, 'FolderToIndex', { code: FunctionCode.fromInline(FOLDER_TO_INDEX) });
  const api = new HttpOrigin(Fn.select(2, Fn.split('/', httpApi.apiEndpoint)));
  const distribution = new Distribution(stack, 'Distribution', {
    defaultBehavior: {
      // An error page of the distribution would stand in for the API's answers too. The bucket says 403 of what it has not.
      origin: new OriginGroup({
        primaryOrigin: S3BucketOrigin.withOriginAccessControl(site),
        fallbackOrigin: api,
        fallbackStatusCodes: [403, 404],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: headers,
      compress: true,
      functionAssociations: [{ function: folders, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
    additionalBehaviors: {
      '/api/*': {
        origin: api,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
    },
    priceClass: PriceClass.PRICE_CLASS_100,
    ...(webAclArn && { webAclId: webAclArn }),
  });
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'People with leaks live everywhere: no country is shut out.' },
    ...(webAclArn
      ? []
      : [
          {
            id: 'AwsSolutions-CFR2',
            reason:
              'A firewall costs 6 USD a month while idle: chosen with -c firewall=true; the API has rates of its own.',
          },
        ]),
    {
      id: 'AwsSolutions-CFR3',
      reason: 'Access logs would keep the addresses of readers; CloudFront counts requests and errors without them.',
    },
    {
      id: 'AwsSolutions-CFR4',
      reason: 'The default certificate of cloudfront.net fixes the protocol; a domain of your own brings TLS 1.2_2021.',
    },
  );
  return distribution;
}
