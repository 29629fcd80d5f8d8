import Foundation
import Testing

/// Errors as the program tells them: both languages with a code, and never a trace.
enum ToldError {
    /// - Parameter naming: of each list at least one word is in the error.
    static func check(_ result: Program.Result, status: Int32, naming: [[String]] = [], _ label: String) {
        #expect(result.status == status, "\(label): \(result.errors)")
        #expect(result.errors.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(label)")
        for word in ["Fatal", "fatal error", "Swift/", ".swift:", "Thread", "0x", "Optional(", "Error Domain"] {
            #expect(!result.errors.contains(word), "\(label): \(result.errors)")
        }
        for words in naming {
            #expect(words.contains { result.errors.contains($0) }, "\(label) names none of \(words): \(result.errors)")
        }
    }
}
