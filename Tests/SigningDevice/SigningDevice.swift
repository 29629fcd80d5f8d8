import Foundation
import TransparencyLog

/// Signs as a hardware module's program would: `SigningDevice KEYFILE`, the text on standard input, the signature in
/// base64 on standard output. The key is in Go's form.
@main
enum SigningDevice {
    static func main() throws {
        guard let secret = try? String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8) else {
            FileHandle.standardError.write(Data("no token in slot\n".utf8))
            exit(3)
        }
        let signer = try NoteSigner(secretString: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        print(Data(try signer.sign(text: text).signature).base64EncodedString())
    }
}
