package message

// outages returns the messages about servers that are not available.
func outages() Section {
	return Section{
		Title: "Outages, rate limits and clocks",
		Intro: "None of these messages means that a token or credentials are invalid. The provider has already " +
			"retried, as often as `max_retries` allows. Blocks of one process share an outage for five seconds.",
		Messages: []Message{
			{
				Code: "server-unavailable",
				Text: "The instance, its database or a proxy in front of it is down, restarting or overloaded" +
					"{{with .media_type}} (the content type of the response is {{.}}){{end}}.",
				Next: "Try again later. To wait longer, raise max_retries or request_timeout.",
			},
			{
				Code: "server-not-ready",
				Text: "The response was ignored because the server is not ready (GET {{.path}}: {{.because}}). The " +
					"instance, its database or a proxy in front of it is down or restarting.",
				Next: "Try again later. To wait longer, raise max_retries or request_timeout.",
				Guide: "While its database is down, ZITADEL reports live tokens as inactive and valid credentials as " +
					"invalid. So the provider asks the readiness check before it reports a rejection.",
			},
			{
				Code: "instance-not-loaded",
				Text: "ZITADEL failed to load the instance from its database. In this state, ZITADEL up to v4.13 returns " +
					"404 for every request.",
				Next: `Check ZITADEL's database, and try again. {{template "log" .}}`,
			},
			{
				Code: "rate-limit",
				Text: "A rate limit or quota is exhausted{{with .media_type}} (the content type of the response is " +
					"{{.}}){{end}}.",
				Next:  "Try again later. To wait longer, raise max_retries or request_timeout.",
				Guide: "The provider waits as long as `Retry-After` demands, but not longer than `request_timeout`.",
			},
			{
				Code: "readiness-hidden",
				Text: "An outage cannot be ruled out: GET {{.path}}, ZITADEL's readiness check, returns 404. A proxy may " +
					"block that path.",
				Next: "Let the proxy pass that path, so that the provider can detect an outage.",
			},
			{
				Code: "status",
				Text: "Status {{.status}}.",
			},
			{
				Code: "clock-wrong",
				Text: `{{template "clocks" .}}. A difference of up to 24h is corrected; a larger one is not.`,
				Next: "Set the clock that is wrong: that of this machine (date -u prints it), or that of the server.",
			},
			{
				Code: "interrupted",
				Text: "The run was interrupted before a response arrived.",
			},
		},
	}
}
