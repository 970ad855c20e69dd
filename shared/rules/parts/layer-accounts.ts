/**
 * Accounts that publish layers for everybody: AWS's own and vendors of tools that run beside functions. Taken from the publishers' documentation
 * and from the CDK's region facts on 2026-11-25; a test holds that every layer account the CDK knows is among them.
 * One owner's accounts are separated by blanks: AWS has another account for most of its regions.
 */
const OWNERS: readonly (readonly [owner: string, accounts: string])[] = [
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versions.html
  [
    'AWS (Lambda Insights)',
    `
    012438385374 033019950311 066549572091 122132214140 145023102084 158895979263 194566237122 198461476570 285320876703
    339249233099 352183217350 439286490199 459530977127 488211338238 519774774795 580247275435 590183865173 605207715842
    727646510379 732604637566 751350123760 761018874580 761377655185 879381266642 891564319516 946466191631`,
  ],
  // https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions-versions.html
  [
    'AWS (AppConfig)',
    `
    000010852771 027255383542 039592058896 066940009817 080788657173 203683718741 282860088358 307021474294 359756378197
    418787028745 421114256042 434848589818 489524808438 493207061005 554480029851 559955524753 574348263942 586093569114
    615057806174 615084187847 630222743974 646970417810 662846165436 706869817123 728743619870 758369105281 826293736237
    946561847325 946746059096 958113053741 980059726660`,
  ],
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
  [
    'AWS (Parameters and Secrets)',
    `
    015030872274 044395824272 070087711984 127562683043 129776340158 133256977650 133490724326 176022468876 177933569100
    187925254637 200266452380 287114880934 287310001119 317013901791 325218067255 345057560386 427196147048 490737872127
    524103009944 576959938190 590474943231 665172237481 738900069198 768336418462 772501565639 780235371811 832021897121
    858974508948 933737806257 997803712105`,
  ],
  // https://aws-otel.github.io/docs/getting-started/lambda
  [
    'AWS (Distro for OpenTelemetry)',
    `
    901920570463 615299751070 904233096616 888577020596 412664885777 796973505492 039612877180 713881805771 152034782359
    313828097273 980416031188 595944127152 440179912924 440180067931 156041407956 257394471194 490004653786 746669239226
    739275441131 980921751758 610118373846`,
  ],
  // https://docs.powertools.aws.dev/lambda/
  ['AWS (Powertools)', '017000801446 094274105915 165087284144 498634801083'],
  // https://aws-sdk-pandas.readthedocs.io/en/stable/layers.html
  ['AWS (SDK for pandas)', '336392948345'],
  // https://docs.aws.amazon.com/codeguru/latest/profiler-ug/python-lambda-layers.html
  ['AWS (CodeGuru Profiler)', '157417159150'],
  // https://github.com/awslabs/aws-lambda-web-adapter
  ['AWS (Lambda Web Adapter)', '753240598075'],
  // https://docs.aws.amazon.com/fis/latest/userguide/actions-lambda-extension-arns.html
  ['AWS (Fault Injection Service)', '211125607513 211125361907 339712942424 975050054544'],
  // https://docs.datadoghq.com/serverless/libraries_integrations/extension/
  ['Datadog', '464622532012 002406178527'],
  // https://layers.newrelic-external.com
  ['New Relic', '451483290750'],
  // https://docs.sentry.io/platforms/javascript/guides/aws-lambda/install/layer/
  ['Sentry', '943013980633'],
  // https://github.com/lumigo-io/lumigo-node/tree/master/layers
  ['Lumigo', '114300393969'],
  // https://docs.dynatrace.com/docs/ingest-from/amazon-web-services/integrate-into-aws/aws-lambda-integration
  ['Dynatrace', '725887861453 585768157899 657959507023'],
  // https://www.elastic.co/docs/reference/apm/aws-lambda
  ['Elastic', '267093732750'],
  // https://github.com/signalfx/lambda-layer-versions
  ['Splunk', '254067382080'],
  // https://docs.honeycomb.io/integrations/aws/aws-lambda/
  ['Honeycomb', '702835727665'],
  // https://github.com/open-telemetry/opentelemetry-lambda
  ['OpenTelemetry', '184161586896'],
  // https://www.ibm.com/docs/en/instana-observability/current?topic=lambda-aws-native-tracing
  ['Instana', '410797082306'],
  // https://developer.hashicorp.com/vault/docs/platform/aws/lambda-extension
  ['HashiCorp Vault', '634166935893'],
  // https://help.sumologic.com/docs/send-data/collect-from-other-data-sources/collect-aws-lambda-logs-extension/
  ['Sumo Logic', '956882708938'],
  // https://coralogix.com/docs/integrations/aws/aws-lambda/
  ['Coralogix', '625240141681'],
  // https://docs.logz.io/docs/shipping/aws/lambda-extensions/
  ['Logz.io', '486140753397'],
  // https://axiom.co/docs/send-data/aws-lambda
  ['Axiom', '694952825951'],
  // https://docs.appdynamics.com/
  ['AppDynamics', '338050622354'],
  // https://documentation.solarwinds.com/en/success_center/observability/
  ['SolarWinds', '851060098468'],
  // https://github.com/thundra-io/thundra-agent-nodejs
  ['Catchpoint (Thundra)', '269863060030'],
  // https://bref.sh/docs/runtimes
  ['Bref', '534081306603 873528684822'],
];

const OWNER_OF: ReadonlyMap<string, string> = new Map(
  OWNERS.flatMap(([owner, accounts]) =>
    accounts
      .trim()
      .split(/\s+/)
      .map((account) => [account, owner] as const),
  ),
);

/** Who publishes layers from this account, e.g. `Datadog`; undefined for an account that nobody here knows. */
export const layerPublisher = (account: string): string | undefined => OWNER_OF.get(account);
