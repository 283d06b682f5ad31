// Package bench measures the provider, and draws what comes out.
package bench

import (
	_ "gonum.org/v1/plot"
)
