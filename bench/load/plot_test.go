package load

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours tell apart also without colour vision (Okabe and Ito's palette).
var colours = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff},
}

// drawing writes a panel for each start, with the requests a second of the first
// two policies at the provider's default of max_retries.
func drawing(starts []*start, to string) error {
	const width, height = 24 * vg.Centimeter, 9 * vg.Centimeter
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	drawn := vgsvg.New(width, height*vg.Length(len(starts)))
	canvas := draw.New(drawn)
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	const pad = vg.Centimeter / 2
	tiles := draw.Tiles{Rows: len(starts), Cols: 1, PadTop: pad, PadBottom: pad, PadLeft: pad, PadRight: pad, PadY: pad}
	for n, s := range starts {
		panel, err := s.panel()
		if err != nil {
			return err
		}
		panel.Draw(tiles.At(canvas, 0, n))
	}
	var text bytes.Buffer
	if _, err := drawn.WriteTo(&text); err != nil {
		return err
	}
	// Most machines have another font of these widths.
	return os.WriteFile(to, bytes.ReplaceAll(text.Bytes(), []byte("family:Liberation Sans"), []byte("family:Liberation Sans,Arial,sans-serif")), 0o644)
}

func (s *start) panel() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = s.title
	p.X.Label.Text = "time since the first start (s)"
	p.Y.Label.Text = "requests a second"
	p.Legend.Top, p.Legend.Padding = true, vg.Points(2)
	p.Add(plotter.NewGrid())
	for n := range policies[:2] {
		if err := add(p, n, s.Outcome(n, 0)); err != nil {
			return nil, err
		}
	}
	capacity := plotter.NewFunction(func(float64) float64 { return perSecond })
	capacity.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	p.Add(capacity)
	p.Legend.Add("what the issuer takes", capacity)
	p.X.Min, p.X.Max, p.Y.Min = 0, 120, 0
	p.X.Tick.Marker = plot.TickerFunc(func(float64, float64) (ticks []plot.Tick) {
		for second := 0; second <= 120; second += 20 {
			ticks = append(ticks, plot.Tick{Value: float64(second), Label: fmt.Sprint(second)})
		}
		return ticks
	})
	if p.Y.Max > 10*perSecond {
		p.Y.Min, p.Y.Max = 1, 20_000
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	return p, nil
}

// add draws the requests of an outcome as steps, since each is a sum over a
// second. A logarithmic scale has no zero: a second without a request counts as
// one with one.
func add(p *plot.Plot, n int, o *outcome) error {
	points := make(plotter.XYs, 0, len(o.Requests)+1)
	for second, requests := range o.Requests {
		points = append(points, plotter.XY{X: float64(second), Y: math.Max(float64(requests), 1)})
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.StepStyle, line.Color, line.Width = plotter.PostStep, colours[n], vg.Points(1.2)
	p.Add(line)
	p.Legend.Add(o.policy, line)
	return nil
}
