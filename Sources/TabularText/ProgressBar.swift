/// A line that shows how far a task is, as a pure function of its figures.
public struct ProgressBar: Sendable {
    /// What stands before the bar.
    public var label: String
    /// The columns of the terminal that the line may take.
    public var width: Int

    /// A bar; narrow terminals get the figures without the bar.
    public init(label: String, width: Int = 80) {
        self.label = label
        self.width = width
    }

    /// The line without a line end, for `\r` to overwrite: `导入 ██████░░░░  62%  620,000/1,000,000  412,000/s  0:01`.
    ///
    /// A `total` of `nil` or zero is unknown, a rate that is no positive number and a time left of `nil` are left out.
    public func line(done: Int, total: Int?, ratePerSecond: Double? = nil, secondsLeft: Double? = nil) -> String {
        var figures: [String] = []
        var fraction: Double?
        if let total, total > 0 {
            let part = min(1, max(0, Double(done) / Double(total)))
            fraction = part
            let percent = DisplayWidth.padded("\(Int(part * 100))%", to: 4, alignment: .trailing)
            figures = [percent, "\(Self.grouped(done))/\(Self.grouped(total))"]
        } else {
            figures = [Self.grouped(done)]
        }
        if let rate = ratePerSecond, rate.isFinite, rate > 0, rate < 1e15 {
            figures.append("\(Self.grouped(Int(rate)))/s")
        }
        if let secondsLeft, secondsLeft.isFinite, secondsLeft >= 0, secondsLeft < 1e9 {
            figures.append(Self.clock(Int(secondsLeft.rounded(.up))))
        }
        let tail = figures.joined(separator: "  ")
        let room = width - DisplayWidth.columns(of: label) - DisplayWidth.columns(of: tail) - 3
        guard let fraction, room >= 8 else { return DisplayWidth.truncated("\(label) \(tail)", to: width) }
        let cells = min(room, 40)
        let full = Int(Double(cells) * fraction)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
        return "\(label) \(bar)  \(tail)"
    }

    /// A whole number with thousands separators.
    public static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return number < 0 ? "-" + grouped : grouped
    }

    /// Seconds as `m:ss` or `h:mm:ss`.
    public static func clock(_ seconds: Int) -> String {
        precondition(seconds >= 0, "time left is not negative")
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60
        if minutes < 60 { return "\(minutes):\(twoDigits(seconds % 60))" }
        return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(seconds % 60))"
    }
}
