// The AWS SDK says on each start that Node 20 is old; what is measured is read better without.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
