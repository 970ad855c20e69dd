import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/environment-code-injection.ts';
import { codeInjections } from '../../../../shared/rules/parts/code-injection.ts';
import { judgeChanged } from '../judge.ts';

const layer = (account: string, name: string) => `arn:aws:lambda:eu-central-1:${account}:layer:${name}:3`;
const OWN = layer('222222222222', 'shared');
const FOREIGN = layer('999999999999', 'speedup');
const judge = (environment: Record<string, string>, layers: string[] = [], change: object = {}) =>
  judgeChanged(rule, 'no such variable', { environment, layers, ...change });

describe('lambda-environment-code-injection', () => {
  it.each([
    ['NODE_OPTIONS', '--require /tmp/hook.js'],
    ['NODE_OPTIONS', '-r ./hook.js'],
    ['NODE_OPTIONS', '--enable-source-maps --require=/var/task/hook.js'],
    ['NODE_OPTIONS', '--import data:text/javascript,1'],
    ['NODE_OPTIONS', '--import="file:///tmp/hook.mjs"'],
    ['NODE_OPTIONS', '--experimental-loader ./loader.mjs'],
    ['NODE_OPTIONS', '--loader /mnt/efs/loader.mjs'],
    ['NODE_OPTIONS', '--require /opt/nodejs/hook.js'],
    ['NODE_OPTIONS', '--require lambda-wrapper'],
    ['NODE_OPTIONS', '--require @sentry/../../../tmp/hook.js'],
    ['NODE_OPTIONS', '--require source-map-support/register.js/../../x'],
    ['LD_PRELOAD', '/opt/lib/hook.so'],
    ['LD_AUDIT', 'audit.so'],
    ['PYTHONSTARTUP', '/var/task/start.py'],
    ['BASH_ENV', '/tmp/rc'],
    ['PYTHONPATH', '/var/task:/tmp/lib'],
    ['PYTHONPATH', '/mnt/efs/packages'],
    ['PYTHONPATH', '/opt/python/../../tmp'],
    ['NODE_PATH', '/dev/shm'],
    ['LD_LIBRARY_PATH', '/lib64:/tmp'],
    ['JAVA_TOOL_OPTIONS', '-Xmx512m -javaagent:/tmp/agent.jar=x'],
    ['JAVA_TOOL_OPTIONS', '-agentpath:/opt/libagent.so'],
    ['_JAVA_OPTIONS', '-agentlib:jdwp=transport=dt_socket,server=y'],
    ['JDK_JAVA_OPTIONS', '-XX:OnOutOfMemoryError=/tmp/x'],
    ['RUBYOPT', '-r/tmp/hook.rb'],
    ['RUBYOPT', '-W0 -r hook'],
    ['PERL5OPT', '-MHook'],
    ['DOTNET_STARTUP_HOOKS', '/var/task/Hook.dll'],
    ['CORECLR_PROFILER_PATH', '/tmp/profiler.so'],
    ['AWS_LAMBDA_EXEC_WRAPPER', '/tmp/wrapper'],
    ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/wrapper'],
    ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/cinch/secret-resolver'],
  ])('finds %s=%s', (name, value) => {
    const violation = judge({ [name]: value });
    expect(violation?.summary).toContain(name);
    expect(violation?.evidence[0]?.path).toBe(`Environment.Variables.${name}`);
  });

  it.each([
    ['NODE_OPTIONS', '--enable-source-maps'],
    ['NODE_OPTIONS', '--max-old-space-size=900 --no-warnings --dns-result-order=ipv4first'],
    ['NODE_OPTIONS', '--experimental-require-module'],
    ['NODE_OPTIONS', '-r source-map-support/register'],
    ['NODE_OPTIONS', '--require @sentry/serverless/dist/awslambda-auto'],
    ['NODE_OPTIONS', '--import @sentry/aws-serverless/awslambda-auto'],
    ['NODE_OPTIONS', '-r @thundra/core/dist/bootstrap/lambda'],
    ['NODE_OPTIONS', '--import tsx/esm --enable-source-maps'],
    ['JAVA_TOOL_OPTIONS', '-XX:+UseSerialGC -Dlog4j2.formatMsgNoLookups=true -Xmx1g'],
    ['RUBYOPT', '-W:no-deprecated --yjit'],
    ['RUBYOPT', '-rbundler/setup'],
    ['PYTHONPATH', '/var/task:/opt/python:/var/runtime:src:./lib'],
    ['PYTHONPATH', '/app:/function'],
    ['LD_LIBRARY_PATH', '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/task:/opt/lib'],
    ['NODE_PATH', '/opt/nodejs/node_modules:/var/runtime/node_modules'],
    ['AWS_LAMBDA_EXEC_WRAPPER', '/var/task/bootstrap.sh'],
    ['AWS_LAMBDA_EXEC_WRAPPER', ''],
    ['CINCH_NEXT_WRAPPER', '/tmp/x'],
    ['ENV', '/tmp/production'],
    ['MY_NODE_OPTIONS', '--require /tmp/x'],
    ['LD_PRELOAD', ''],
  ])('leaves %s=%s', (name, value) => {
    expect(judge({ [name]: value })).toBeUndefined();
  });

  it.each([
    ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler'],
    ['NODE_OPTIONS', '--require /opt/nodejs/hook.js'],
    ['NODE_OPTIONS', '--import file:///opt/nodejs/hook.mjs'],
    ['JAVA_TOOL_OPTIONS', '-javaagent:/opt/agent.jar'],
    ['DOTNET_STARTUP_HOOKS', '/opt/Hook.dll'],
  ])('trusts %s=%s to layers of known accounts, all of them', (name, value) => {
    expect(judge({ [name]: value }, [OWN])).toBeUndefined();
    expect(judge({ [name]: value }, [layer('901920570463', 'aws-otel-python')])).toBeUndefined();
    expect(judge({ [name]: value }, [OWN, FOREIGN])?.evidence[0]?.found).toContain(FOREIGN);
    expect(judge({ [name]: value }, [])?.evidence[0]?.found).toContain('no layer');
  });

  it('trusts an image with its own files, but not with a preloaded library or what lies in /tmp', () => {
    const image = { packageType: 'Image' };
    expect(
      judge({ NODE_OPTIONS: '--require ./hook.js', JAVA_TOOL_OPTIONS: '-javaagent:/opt/agent.jar' }, [], image),
    ).toBeUndefined();
    expect(judge({ NODE_OPTIONS: '--require /tmp/hook.js' }, [], image)).toBeDefined();
    expect(judge({ LD_PRELOAD: '/usr/lib/hook.so' }, [], image)).toBeDefined();
  });

  it('looks behind the resolver at the wrapper that it starts', () => {
    const environment = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver', CINCH_NEXT_WRAPPER: '/opt/datadog_wrapper' };
    const resolver = layer('222222222222', 'cinch-secret-resolver');
    expect(judge(environment, [resolver, layer('464622532012', 'Datadog-Extension')])).toBeUndefined();
    expect(judge(environment, [resolver, FOREIGN])?.summary).toContain('CINCH_NEXT_WRAPPER');
    expect(judge({ ...environment, CINCH_NEXT_WRAPPER: '/tmp/x' }, [resolver])?.summary).toContain('CINCH_NEXT_WRAPPER');
  });

  it('says nothing of a value', () => {
    const violation = judge({
      NODE_OPTIONS: '--require /tmp/c4n4ry.js',
      LD_PRELOAD: '/tmp/c4n4ry.so',
      PYTHONPATH: '/tmp/c4n4ry',
    });
    expect(violation?.evidence).toHaveLength(3);
    expect(JSON.stringify(violation)).not.toContain('c4n4ry');
  });

  it('reads any value without throwing, and none of it gets out', () => {
    const names = fc.constantFrom(
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'JAVA_TOOL_OPTIONS',
      'RUBYOPT',
      'PYTHONPATH',
      'constructor',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.string())), (entries) => {
        for (const { does } of codeInjections(Object.fromEntries(entries))) expect(does.length).toBeLessThan(90);
      }),
    );
  });
});
