/// A chart as inline SVG: drawn here, without script or font of its own, with a title and a description for those who
/// cannot see it. Texts are cut to what fits; the description has them whole.
struct Drawing: Sendable {
    let width: Double
    let height: Double
    let title: String
    let description: String
    private var parts: [HTML] = []

    init(width: Double, height: Double, title: String, description: String) {
        self.width = width
        self.height = height
        self.title = title
        self.description = description
    }

    enum Anchor: String, Sendable { case start, middle, end }

    /// - Parameter kind: the class of the shape, which tells readers of the markup what it stands for.
    mutating func rectangle(_ kind: String, x: Double, y: Double, width: Double, height: Double) {
        parts.append(
            """
            <rect class="\(plain: kind)" x="\(n(x))" y="\(n(y))" width="\(n(width))" height="\(n(height))"/>

            """)
    }

    mutating func line(_ kind: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
        parts.append(
            "<line class=\"\(plain: kind)\" x1=\"\(n(from.x))\" y1=\"\(n(from.y))\" x2=\"\(n(to.x))\" y2=\"\(n(to.y))\"/>\n"
        )
    }

    mutating func text(_ kind: String, _ text: String, x: Double, y: Double, anchor: Anchor = .start) {
        parts.append(
            """
            <text class="\(plain: kind)" x="\(n(x))" y="\(n(y))" text-anchor="\(plain: anchor.rawValue)">\(plain: text)</text>

            """)
    }

    /// One of four marks around a point; further ones begin again.
    mutating func mark(_ number: Int, kind: String, x: Double, y: Double, radius: Double = 5) {
        let r = radius
        let corners: [(Double, Double)] =
            switch number % 4 {
            case 1: [(-r, -r), (r, -r), (r, r), (-r, r)]
            case 2: [(0, -r * 1.25), (r * 1.15, r), (-r * 1.15, r)]
            case 3: [(0, -r * 1.35), (r * 1.35, 0), (0, r * 1.35), (-r * 1.35, 0)]
            default: []
            }
        guard !corners.isEmpty else {
            parts.append("<circle class=\"\(plain: kind)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(r))\"/>\n")
            return
        }
        let points = corners.map { "\(Drawing.number(x + $0.0)),\(Drawing.number(y + $0.1))" }.joined(separator: " ")
        parts.append("<polygon class=\"\(plain: kind)\" points=\"\(plain: points)\"/>\n")
    }

    /// The drawing; `id` is its own on the page.
    func html(id: String) -> HTML {
        """
        <svg class="chart" viewBox="0 0 \(n(width)) \(n(height))" role="img" aria-labelledby="\(plain: id)-t \(plain: id)-d">
        <title id="\(plain: id)-t">\(plain: title)</title>
        <desc id="\(plain: id)-d">\(plain: description)</desc>
        \(parts)</svg>

        """
    }

    private func n(_ value: Double) -> HTML { HTML(trusted: Drawing.number(value)) }

    /// Two decimals at most, the same on every machine.
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let digits = String(hundredths.magnitude % 100)
        let fraction = hundredths % 100 == 0 ? "" : "." + (digits.utf8.count == 1 ? "0" + digits : digits)
        return (hundredths < 0 ? "-" : "") + String(hundredths.magnitude / 100) + fraction
    }
}
