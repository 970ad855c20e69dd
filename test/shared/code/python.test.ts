import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalls } from '../../../shared/code/read-code.ts';
import { py, whyOf } from './samples.ts';

const KNOWN: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'clients, pages and waiters': [
    `import boto3
s3 = boto3.client("s3")
def handler(event, context):
    body = s3.get_object(Bucket="b", Key=event["key"])["Body"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="b"):
        print(page)
    s3.get_waiter("object_exists").wait(Bucket="b", Key="k")
    return body.read()`,
    ['s3 GetObject', 's3 HeadObject', 's3 ListObjectsV2'],
  ],
  'a table': [
    `import os, boto3
from boto3.dynamodb.conditions import Key
table = boto3.resource('dynamodb').Table(os.environ['TABLE'])
def handler(event, context):
    with table.batch_writer() as batch:
        batch.put_item(Item=event)
    return table.query(KeyConditionExpression=Key('id').eq(event['id']))`,
    ['dynamodb BatchWriteItem', 'dynamodb DescribeTable', 'dynamodb PutItem', 'dynamodb Query'],
  ],
  'a client that is handed on': [
    `import boto3
def send(c, event):
    return c.send_message_batch(**event)
def handler(event, context):
    return send(boto3.session.Session().client(service_name="sqs", region_name="eu-central-1"), event)`,
    ['sqs SendMessageBatch'],
  ],
  'a presigned link and an attribute by its name': [
    `import boto3
s3 = boto3.client('s3')
def handler(event, context):
    name = getattr(context, "function_name", None)
    return s3.generate_presigned_url("put_object", Params={"Key": name})`,
    ['s3 PutObject'],
  ],
  'nothing of AWS': ['def handler(event, context):\n    return {"statusCode": 200}', []],
};

const DYNAMIC: Readonly<Record<string, string>> = {
  getattr: 'def other(client, name):\n    return getattr(client, name)()',
  'getattr of something long': 'def other(f, name):\n    return getattr(f(g(1, 2)), name)()',
  'a client of a chosen service': 'import boto3\nother = lambda name: boto3.client(name)',
  'boto3 under another name': 'import boto3 as b\nother = b.client("s3")',
  'its functions by themselves': 'from boto3 import client\nother = client("s3")',
  'a client’s maker under another name': 'import boto3\nsession = boto3.Session()\nmake = session.client\nother = make("s3")',
  'a page by a chosen name': 'import boto3\nc = boto3.client("sqs")\nc.send_message()\nother = lambda n: c.get_paginator(n)',
  eval: 'other = lambda t: eval(t)',
  exec: 'def other(t):\n    exec(t)',
  importlib: 'import importlib\nother = importlib.import_module',
  'a program': 'import subprocess\nother = lambda: subprocess.run(["aws", "s3", "ls"])',
  'os.system': 'import os\nother = lambda: os.system("aws s3 ls")',
  botocore: 'import botocore.session\nother = botocore.session.get_session()',
  'signing by hand': 'from botocore.auth import SigV4Auth\nother = SigV4Auth',
  'a service nobody knows': 'import boto3\nother = boto3.client("athena").start_query_execution()',
  'a call nobody knows': 'import boto3\nother = boto3.client("dynamodb").export_table_to_point_in_time()',
  'a call without an action of its name': 'import boto3\nother = boto3.client("s3").select_object_content()',
  'a resource nobody knows': 'import boto3\nother = boto3.resource("s3").Bucket("b").objects.all()',
  'a client without a call': 'import boto3\nother = boto3.client("firehose")',
  'code from elsewhere': 'import sys\nsys.path.append("/tmp/code")',
};

describe('Python', () => {
  it.each(Object.entries(KNOWN))('%s', (_, [text, calls]) => {
    expect(py(text)).toEqual(calls);
  });

  it.each(Object.entries(DYNAMIC))('%s is unknown by itself', (_, text) => {
    expect(whyOf(py(text))).not.toMatch(/^known/);
  });

  it('what can’t be told makes all unknown, in whatever file and beside whatever is known', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(KNOWN)),
        fc.constantFrom(...Object.values(DYNAMIC)),
        fc.boolean(),
        ([known], dynamic, apart) => {
          const files = apart
            ? [
                { path: 'app.py', text: known },
                { path: 'lib/other.py', text: dynamic },
              ]
            : [{ path: 'app.py', text: `${known}\n${dynamic}` }];
          // A client without a call is one only where nothing else calls its service.
          expect(readCalls(files, 'python')).toHaveProperty('unknown');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('leaves out boto3 itself and others’ code that does not speak of AWS', () => {
    const files = [
      { path: 'app.py', text: KNOWN['nothing of AWS']?.[0] ?? '' },
      { path: 'boto3/session.py', text: DYNAMIC.getattr ?? '' },
      { path: 'python/lib/python3.12/site-packages/six.py', text: DYNAMIC.exec ?? '' },
    ];
    expect(readCalls(files, 'python')).toEqual([]);
    expect(readCalls([...files, { path: 'numpy/core/_multiarray.so', text: null }], 'python')).toHaveProperty('unknown');
  });
});
