/**
 * Variables that Lambda extensions read. An extension is a process beside the runtime and gets Lambda's environment, not
 * what an exec wrapper made of it: moved behind a reference, such a key would reach its extension as the reference.
 * Some are read by in-process agents too; they are left alone all the same, because both may be there.
 */
export interface ExtensionVariable {
  readonly vendor: string;
  /** What to use instead, in the vendor's own way; null when the vendor has none. */
  readonly instead: string | null;
}

const EXACT: Readonly<Record<string, ExtensionVariable>> = {
  DD_API_KEY: { vendor: 'Datadog', instead: 'DD_API_KEY_SECRET_ARN, DD_API_KEY_SSM_ARN or DD_KMS_API_KEY' },
  DD_APP_KEY: { vendor: 'Datadog', instead: null },
  DATADOG_API_KEY: { vendor: 'Datadog', instead: 'DD_API_KEY_SECRET_ARN' },
  NEW_RELIC_LICENSE_KEY: { vendor: 'New Relic', instead: 'NEW_RELIC_LICENSE_KEY_SECRET (the name of a Secrets Manager secret)' },
  ELASTIC_APM_SECRET_TOKEN: { vendor: 'Elastic APM', instead: 'ELASTIC_APM_SECRETS_MANAGER_SECRET_TOKEN_ID' },
  ELASTIC_APM_API_KEY: { vendor: 'Elastic APM', instead: 'ELASTIC_APM_SECRETS_MANAGER_API_KEY_ID' },
  DT_CONNECTION_AUTH_TOKEN: { vendor: 'Dynatrace', instead: 'DT_CONNECTION_AUTH_TOKEN_SECRETS_MANAGER_ARN' },
  LIBHONEY_API_KEY: { vendor: 'Honeycomb', instead: 'a KMS-encrypted key with KMS_KEY_ID' },
  HONEYCOMB_API_KEY: { vendor: 'Honeycomb', instead: null },
  OTEL_EXPORTER_OTLP_HEADERS: {
    vendor: 'OpenTelemetry',
    instead: "the collector's configuration, with a ${secretsmanager:...} value",
  },
  LUMIGO_TRACER_TOKEN: { vendor: 'Lumigo', instead: null },
  INSTANA_AGENT_KEY: { vendor: 'Instana', instead: 'INSTANA_SSM_PARAM_NAME' },
  APPDYNAMICS_AGENT_ACCOUNT_ACCESS_KEY: { vendor: 'AppDynamics', instead: null },
  APPDYNAMICS_CONTROLLER_ACCESS_KEY: { vendor: 'AppDynamics', instead: null },
  SPLUNK_ACCESS_TOKEN: { vendor: 'Splunk', instead: null },
  SIGNALFX_AUTH_TOKEN: { vendor: 'Splunk', instead: null },
  SUMO_HTTP_ENDPOINT: { vendor: 'Sumo Logic', instead: 'a KMS-encrypted value with KMS_KEY_ID' },
  LOGZIO_LOGS_TOKEN: { vendor: 'Logz.io', instead: null },
  LOGZIO_METRICS_TOKEN: { vendor: 'Logz.io', instead: null },
  LOGZIO_TRACES_TOKEN: { vendor: 'Logz.io', instead: null },
  CX_API_KEY: { vendor: 'Coralogix', instead: 'CX_SECRET (a Secrets Manager secret)' },
  CORALOGIX_API_KEY: { vendor: 'Coralogix', instead: null },
  CORALOGIX_PRIVATE_KEY: { vendor: 'Coralogix', instead: null },
  AXIOM_TOKEN: { vendor: 'Axiom', instead: null },
  BASELIME_API_KEY: { vendor: 'Baselime', instead: null },
  BASELIME_KEY: { vendor: 'Baselime', instead: null },
  DASH0_AUTH_TOKEN: { vendor: 'Dash0', instead: null },
  SW_APM_SERVICE_KEY: { vendor: 'SolarWinds', instead: null },
  SW_APM_API_TOKEN: { vendor: 'SolarWinds', instead: null },
  LS_ACCESS_TOKEN: { vendor: 'Lightstep', instead: null },
  LIGHTSTEP_ACCESS_TOKEN: { vendor: 'Lightstep', instead: null },
  THUNDRA_APIKEY: { vendor: 'Catchpoint (Thundra)', instead: null },
  S247_LICENSE_KEY: { vendor: 'Site24x7', instead: null },
  LOGTAIL_SOURCE_TOKEN: { vendor: 'Better Stack', instead: null },
  BETTER_STACK_SOURCE_TOKEN: { vendor: 'Better Stack', instead: null },
  MEZMO_INGESTION_KEY: { vendor: 'Mezmo', instead: null },
  LOGDNA_KEY: { vendor: 'Mezmo', instead: null },
  PYROSCOPE_BASIC_AUTH_PASSWORD: { vendor: 'Grafana', instead: null },
  PYROSCOPE_AUTH_TOKEN: { vendor: 'Grafana', instead: null },
  GRAFANA_CLOUD_API_KEY: { vendor: 'Grafana', instead: null },
  VAULT_TOKEN: { vendor: 'HashiCorp Vault', instead: "the extension's own login with the function's IAM role" },
  AWS_SESSION_TOKEN: { vendor: 'Lambda itself', instead: null },
  AWS_SECRET_ACCESS_KEY: { vendor: 'Lambda itself', instead: null },
  AWS_ACCESS_KEY_ID: { vendor: 'Lambda itself', instead: null },
};

/** By the start of the name, where a vendor has one for all its variables. */
const PREFIXES: readonly (readonly [prefix: string, variable: ExtensionVariable])[] = [
  ['DD_', { vendor: 'Datadog', instead: null }],
  ['NEW_RELIC_', { vendor: 'New Relic', instead: null }],
  ['ELASTIC_APM_', { vendor: 'Elastic APM', instead: null }],
  ['DT_', { vendor: 'Dynatrace', instead: null }],
  ['OTEL_', { vendor: 'OpenTelemetry', instead: null }],
  ['OPENTELEMETRY_', { vendor: 'OpenTelemetry', instead: null }],
  ['SPLUNK_', { vendor: 'Splunk', instead: null }],
  ['LUMIGO_', { vendor: 'Lumigo', instead: null }],
  ['INSTANA_', { vendor: 'Instana', instead: null }],
  ['APPDYNAMICS_', { vendor: 'AppDynamics', instead: null }],
  ['VAULT_', { vendor: 'HashiCorp Vault', instead: null }],
  ['PARAMETERS_SECRETS_EXTENSION_', { vendor: 'AWS Parameters and Secrets', instead: null }],
];

/** The vendor whose extension may read a variable; undefined when none is known. */
export function extensionVariable(name: string): ExtensionVariable | undefined {
  const exact = Object.hasOwn(EXACT, name) ? EXACT[name] : undefined;
  return exact ?? PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** One phrase for a message: who reads the variable and what to use instead; undefined when no extension is known to. */
export function readByExtension(name: string): string | undefined {
  const found = extensionVariable(name);
  if (!found) return undefined;
  return found.instead === null ? found.vendor : `${found.vendor}; use ${found.instead}`;
}
