package main

import (
	"net/url"
	"strings"
)

// partitions by region prefix, as the AWS SDKs' partitions.json has them; the longer prefix comes first.
var partitions = []struct{ regionPrefix, suffix string }{
	{"cn-", "amazonaws.com.cn"},
	{"eusc-", "amazonaws.eu"},
	{"us-isob-", "sc2s.sgov.gov"},
	{"us-isof-", "csp.hci.ic.gov"},
	{"us-iso-", "c2s.ic.gov"},
	{"eu-isoe-", "cloud.adc-e.uk"},
}

const commercialSuffix = "amazonaws.com"

// endpoint is where a service is called. ownRoots is true for hosts of which Amazon documents that their certificates come
// from Amazon Trust Services (https://www.amazontrust.com/repository/).
type endpoint struct {
	url      *url.URL
	ownRoots bool
}

// service is a store as AWS calls it.
type service struct {
	host      string // starts the host's name, and signs
	variable  string // the SDKs' variable for another endpoint
	fipsInGov bool   //  GovCloud has a FIPS host of its own for it
}

var (
	ssmService     = service{host: "ssm", variable: "AWS_ENDPOINT_URL_SSM"}
	secretsService = service{host: "secretsmanager", variable: "AWS_ENDPOINT_URL_SECRETS_MANAGER", fipsInGov: true}
)

// findEndpoint follows the SDKs' variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
func findEndpoint(environment []string, region string, of service) (endpoint, error) {
	for _, variable := range []string{of.variable, "AWS_ENDPOINT_URL"} {
		text := lookup(environment, variable)
		if text == "" {
			continue
		}
		parsed, err := url.Parse(text)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.RawQuery != "" {
			return endpoint{}, codeError("InvalidEndpoint " + variable)
		}
		return endpoint{url: parsed}, nil
	}
	suffix := commercialSuffix
	for _, partition := range partitions {
		if strings.HasPrefix(region, partition.regionPrefix) {
			suffix = partition.suffix
			break
		}
	}
	host := of.host + "." + region + "." + suffix
	// GovCloud's ordinary endpoints of SSM are the FIPS ones and have no name of their own.
	hasFips := of.fipsInGov || !strings.HasPrefix(region, "us-gov-")
	if strings.EqualFold(lookup(environment, "AWS_USE_FIPS_ENDPOINT"), "true") && hasFips {
		host = of.host + "-fips." + region + "." + suffix
	}
	return endpoint{url: &url.URL{Scheme: "https", Host: host, Path: "/"}, ownRoots: suffix == commercialSuffix}, nil
}

// findRegion returns the region to sign for; it becomes a part of a host name, so nothing else may be in it.
func findRegion(environment []string) (string, error) {
	region := lookup(environment, "AWS_REGION")
	if region == "" {
		region = lookup(environment, "AWS_DEFAULT_REGION")
	}
	if region == "" {
		return "", codeError("NoRegion")
	}
	for _, r := range region {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
			return "", codeError("InvalidRegion")
		}
	}
	return region, nil
}
