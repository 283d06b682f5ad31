package message

// retryLater is the advice that several messages about outages and rate limits share.
const retryLater = "Try again later. To wait longer, raise max_retries or request_timeout."

// outages returns the messages about unavailable servers, rate limits and clocks.
func outages() Section {
	return Section{
		Title: "Outages, rate limits and clocks",
		Intro: "None of these messages means that a token or credentials are invalid.\n\nWhile its database is " +
			"down, ZITADEL may report a valid token as inactive or a valid key as invalid or, up to v4.13, return " +
			"404 for every request. Before the provider trusts a negative response, it therefore requests the readiness " +
			"check, `/debug/ready`, and then repeats the request. During an outage, it retries as often as " +
			"`max_retries` allows, and then reports the outage. All blocks in a " +
			"process share this result for five seconds.\n\nTo check the readiness yourself, send this request. A ready " +
			"instance returns 200. With 412, the body of the response describes the " +
			"problem:\n\n```sh\ncurl -i " + example + "/debug/ready\n```\n\n" +
			"A proxy that returns 404 for this path hides the readiness check. The provider then reports a negative " +
			"response immediately, even during an outage. To prevent this, allow the path in the proxy.\n\n" +
			"ZITADEL rejects an assertion whose `iat` is more than a second ahead of ZITADEL's clock, or more than an " +
			"hour behind it. The provider determines the difference between the clocks from the `Date` header of " +
			"responses, and signs the assertions of its own requests with the server's time.",
		Messages: []Message{
			{
				Code: "server-unavailable",
				Text: "The instance, its database or a proxy in front of it is down, restarting or overloaded" +
					"{{with .media_type}} (the content type of the response is {{.}}){{end}}.",
				Next: retryLater,
				Guide: "The status is 5xx, and the response is not a JSON document. The provider retries a request after " +
					"the statuses 500, 502, 503 and 504. It retries a GET request after any 5xx status.",
			},
			{
				Code: "server-not-ready",
				Text: "The response was ignored because the server is not ready (GET {{.path}}: {{.because}}). The " +
					"instance, its database or a proxy in front of it is down or restarting.",
				Next:  retryLater,
				Guide: "The response does not mean that the token or the credentials are invalid.",
			},
			{
				Code: "instance-not-loaded",
				Text: "ZITADEL failed to load the instance from its database. In this state, ZITADEL up to v4.13 " +
					"returns 404 for every request.",
				Next: `Check ZITADEL's database, and try again. {{template "log" .}}`,
				Guide: "ZITADEL itself returned status 404, although it is ready, or although its readiness check is hidden. " +
					"Servers before v4.13 send no request ID.",
			},
			{
				Code: "rate-limit",
				Text: "A rate limit or quota is exhausted{{with .media_type}} (the content type of the response is " +
					"{{.}}){{end}}.",
				Next: retryLater,
				Guide: "Status 429. Before each retry, the provider waits for the time in `Retry-After`, but at most for " +
					"`request_timeout`. If many runs share a limit, raise `max_retries`. See the " +
					"[simulated effect of `max_retries`]" +
					"(https://github.com/zitadel-tokens/terraform-provider-zitadel/blob/main/docs/load.md).",
			},
			{
				Code: "readiness-hidden",
				Text: "An outage cannot be ruled out, because GET {{.path}}, ZITADEL's readiness check, returns 404. A " +
					"proxy may block this path.",
				Next: "Allow this path in the proxy, so that the provider can detect an outage.",
			},
			{
				Code: "status",
				Text: "Status {{.status}}.",
			},
			{
				Code:  "clock-wrong",
				Text:  `{{template "clocks" .}}. A difference of up to 24h is corrected; a larger difference is not.`,
				Next:  "Correct the clock that is wrong: on this machine (date -u prints its time), or on the server.",
				Guide: "For a smaller difference, see [clocks-differ](#clocks-differ) and [clock-skew](#clock-skew).",
			},
			{
				Code:  "interrupted",
				Text:  "The run was interrupted before a response arrived.",
				Guide: "For example, Ctrl-C interrupts a run. After an interrupt, no block receives a token.",
			},
		},
	}
}
