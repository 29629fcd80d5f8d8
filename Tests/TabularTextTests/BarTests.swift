import TabularText
import Testing

@Suite("Bars are drawn in eighths of a column")
struct BarTests {
    @Test(
        "a bar is as long as its value's share",
        arguments: [
            (0, 10, 8, ""), (10, 10, 8, "████████"), (5, 10, 8, "████"), (1, 64, 8, "▏"), (9, 64, 8, "█▏"),
            (63, 64, 8, "███████▉"),
            (1, 1_000_000, 8, "▏"), (Int.max, Int.max, 2, "██"), (20, 10, 2, "██"), (-1, 10, 8, ""), (1, 0, 8, ""),
            (1, 1, 0, ""),
        ])
    func draws(value: Int, most: Int, columns: Int, bar: String) {
        #expect(Bar.text(value, of: most, columns: columns) == bar)
    }

    @Test("no bar is wider than its room, and a greater value never has a shorter one")
    func grows() {
        var last = 0
        for value in 0...300 {
            let bar = Bar.text(value, of: 300, columns: 24)
            #expect(DisplayWidth.columns(of: bar) <= 24)
            let eighths = bar.unicodeScalars.reduce(0) { $0 + (0x2590 - Int($1.value)) }
            #expect(eighths >= last)
            last = eighths
        }
        #expect(last == 24 * 8)
    }
}
