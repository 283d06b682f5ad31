// Package bench draws the plots and formats the tables of docs/benchmarks.md and
// docs/load.md. The measurements are in its subpackages. None of these packages is part of
// the provider.
package bench

import (
	"bytes"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Panel is one plot in a drawing. A logarithmic axis requires values above zero. The title
// must state the unit of the Y axis, because gonum misplaces the label of a logarithmic Y
// axis.
type Panel struct {
	Title, X   string
	LogX, LogY bool
	LegendLeft bool
	MaxX       float64 // end of the X axis; if zero, the axis ends at the largest value
	Lines      []Line
}

// Line is one line of a [Panel].
type Line struct {
	Name   string
	Color  int // index into the palette
	Dashed bool
	Steps  bool // draw steps: each value continues until the next point
	Points plotter.XYs
}

// palette contains colors that color-blind readers can distinguish: blue and vermilion from
// the Okabe-Ito palette, and gray.
var palette = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff},
	color.RGBA{R: 0x55, G: 0x55, B: 0x55, A: 0xff},
}

// Plot draws panels, one below the other, and writes the drawing to an SVG file.
func Plot(path string, panels ...Panel) error {
	const width, height, pad = 24 * vg.Centimeter, 9 * vg.Centimeter, vg.Centimeter / 2
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	svg := vgsvg.New(width, height*vg.Length(len(panels)))
	canvas := draw.New(svg)
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	tiles := draw.Tiles{Rows: len(panels), Cols: 1, PadTop: pad, PadBottom: pad, PadLeft: pad, PadRight: pad, PadY: pad}
	for n, panel := range panels {
		p, err := panel.plot()
		if err != nil {
			return err
		}
		p.Draw(tiles.At(canvas, 0, n))
	}
	var text bytes.Buffer
	if _, err := svg.WriteTo(&text); err != nil {
		return err
	}
	// Arial has the same character widths as Liberation Sans and is more widely installed.
	drawing := bytes.ReplaceAll(text.Bytes(),
		[]byte("family:Liberation Sans"), []byte("family:Liberation Sans,Arial,sans-serif"))
	return os.WriteFile(path, drawing, 0o644) //nolint:gosec // a public page
}

// plot converts the panel to a gonum plot.
func (panel Panel) plot() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text = panel.Title, panel.X
	p.Legend.Top, p.Legend.Left, p.Legend.Padding = true, panel.LegendLeft, vg.Points(2)
	p.Add(plotter.NewGrid())
	for _, each := range panel.Lines {
		line, points, err := plotter.NewLinePoints(each.Points)
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = palette[each.Color], vg.Points(1.3)
		points.Color, points.Shape, points.Radius = palette[each.Color], draw.CircleGlyph{}, vg.Points(2)
		if each.Dashed {
			line.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		}
		if each.Steps {
			line.StepStyle, points.Radius = plotter.PostStep, 0
		}
		p.Add(line, points)
		p.Legend.Add(each.Name, line)
	}
	if panel.MaxX > 0 {
		p.X.Max = panel.MaxX
	}
	if panel.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if panel.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	return p, nil
}
