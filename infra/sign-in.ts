import { RemovalPolicy, Validations, type Stack } from 'aws-cdk-lib';
import { FeaturePlan, Mfa, OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito';

export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly userPoolId: string;
}

/** Maintainers sign in by OIDC; this pool is one issuer among any. Nobody signs up by themselves. */
export function createSignIn(stack: Stack, publicUrl: string): SignIn {
  const pool = new UserPool(stack, 'Maintainers', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 12,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
    },
    featurePlan: FeaturePlan.ESSENTIALS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  pool.addDomain('SignInPage', { cognitoDomain: { domainPrefix: `casebook-${stack.account}` } });
  const client = pool.addClient('Hub', {
    // A public client with PKCE: there is no secret to keep.
    generateSecret: false,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
      callbackUrls: [`${publicUrl}/api/auth/callback`],
      logoutUrls: [`${publicUrl}/`],
    },
  });
  Validations.of(pool).acknowledge(
    {
      id: 'AwsSolutions-COG2',
      reason: 'A second factor is offered, and asked for by the organisation that brings its own issuer.',
    },
    { id: 'AwsSolutions-COG3', reason: 'Advanced security needs the Plus plan, which bills each user.' },
    { id: 'AwsSolutions-COG8', reason: 'The Plus plan bills each user; maintainers are few and created by hand.' },
  );
  return {
    issuer: `https://cognito-idp.${stack.region}.amazonaws.com/${pool.userPoolId}`,
    clientId: client.userPoolClientId,
    userPoolId: pool.userPoolId,
  };
}
