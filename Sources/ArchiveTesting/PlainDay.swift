internal import Foundation

/// Days as text.
enum PlainDay {
    /// The same day of the month so many months later, or that month's last day.
    static func adding(_ months: Int, to day: String) -> String {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        let month = parts[0] * 12 + parts[1] - 1 + months
        let (year, number) = (month / 12, month % 12 + 1)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][number - 1]
        return String(format: "%04d-%02d-%02d", year, number, min(parts[2], length))
    }
}
