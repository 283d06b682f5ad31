// Package bench draws what is measured here.
package bench

import (
	"errors"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Line is one line of a plot.
type Line struct {
	Name   string
	Color  color.Color
	Dashed bool
	Points []Point
}

// Point is a point of a line, above zero.
type Point struct{ X, Y float64 }

// Plot writes lines over axes that both count in powers of ten, as SVG. The
// labels name what the axes count, and the unit.
func Plot(path, title, x, y string, lines []Line) error {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding, p.X.Padding, p.Y.Padding = vg.Points(8), vg.Points(4), vg.Points(4)
	p.BackgroundColor = color.White
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Scale, axis.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	p.Legend.Top, p.Legend.Left, p.Legend.Padding = true, true, vg.Points(3)
	p.Add(plotter.NewGrid())
	for _, each := range lines {
		if len(each.Points) == 0 {
			return errors.New("a line without points: " + each.Name)
		}
		points := make(plotter.XYs, len(each.Points))
		for n, point := range each.Points {
			points[n].X, points[n].Y = point.X, point.Y
		}
		line, marks, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.Color, line.Width = each.Color, vg.Points(1.5)
		marks.Color, marks.Shape, marks.Radius = each.Color, draw.CircleGlyph{}, vg.Points(2.5)
		if each.Dashed {
			line.Dashes = []vg.Length{vg.Points(5), vg.Points(3)}
		}
		p.Add(line, marks)
		p.Legend.Add(each.Name, line, marks)
	}
	return p.Save(18*vg.Centimeter, 12*vg.Centimeter, path)
}
