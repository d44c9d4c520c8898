# Telegram: what a person reads in a chat.

telegram-start =
    Merhaba, ben Alıntı.

    Sorunuzu yazın; yanıtı belgelerde arar, bulduğum yeri kelimesi kelimesine ve kaynağıyla gösteririm. Kendimden tek söz katmam; bulamazsam bulamadığımı söylerim.

    Nasıl çalıştığımı görmek için: /help
telegram-help =
    Bana soru sormanın yolları:

    • Burada sorunuzu olduğu gibi yazın.
    • Grupta sorunun başına /sor yazın: /sor Toplantı ne zaman yapıldı?
    • Birinin yazdığını sormak için o mesaja /sor diye yanıt verin.

    Yanıtım her zaman bir belgeden birebir alıntıdır: sorunuzu karşılayan cümle kalın yazılır, kaynağı altında durur. Üç nokta (…), paragrafın orada kısaltıldığını gösterir.
telegram-how-to-ask = Sorunuzu komuttan sonra yazın: /sor Toplantı ne zaman yapıldı?
telegram-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazar mısınız?
telegram-text-only = Yalnızca yazılı soruları okuyabiliyorum; sorunuzu mesaj olarak yazar mısınız?
telegram-no-files = Buradan henüz belge ekleyemiyorum; belgeleri, botu işleten kişi ekler. Sorunuz varsa mesaj olarak yazabilirsiniz.
telegram-unknown-command = Bu komutu bilmiyorum. Sorunuzu doğrudan yazabilirsiniz; yardım için: /help
telegram-not-found = Belgelerde bu sorunun yanıtını bulamadım.
telegram-no-documents = Henüz hiç belge eklenmemiş. Botu işleten kişi “alinti add” komutuyla belge ekleyince sorularınızı yanıtlayabilirim.
telegram-library-trouble = Belgelere şu anda ulaşamıyorum; lütfen biraz sonra yeniden sorun. Botu işleten kişi nedenini günlük kayıtlarında görebilir.
telegram-trouble = Kusura bakmayın, bir şeyler ters gitti ve sorunuzu yanıtlayamadım. Lütfen biraz sonra yeniden sorun.
telegram-limit-person = Bir dakika içinde bana çok sayıda mesaj yazdınız. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-limit-group = Bu grupta son bir dakikada Telegram’ın izin verdiği kadar yanıt verdim. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-page = s. { $page }

# Below a quote, at a prompt too.

telegram-copies = Hemen hemen aynı metin { $copies } yerde daha var.
telegram-mended = { $sought } olarak arandı (yazılan: { $typed })

# To a message of nothing but courtesy, at a prompt too.

telegram-courtesy-greeting = Merhaba! Sorunuzu yazın; yanıtını belgelerde arayıp kelimesi kelimesine göstereyim. Örneğin: Toplantı ne zaman yapıldı?
telegram-courtesy-thanks = Rica ederim. Başka bir sorunuz olursa yazmanız yeterli.
telegram-courtesy-closing = Aklınıza bir soru gelirse yazmanız yeterli; belgelerde arayıp gösteririm.

# Telegram: the menu of commands.

telegram-command-ask = Belgelere bir soru sorun
telegram-command-help = Nasıl soru sorulur?
telegram-command-start = Alıntı nedir?

# Terminal: what a person reads at a prompt.

terminal-welcome = Alıntı · { $documents } belge.
terminal-samples = Henüz belge eklenmediği için örnek belgelerden yanıtlıyorum; kendi belgeleriniz için: alinti add DOSYA
terminal-try = Deneyin: Toplantı ne zaman yapıldı?
terminal-usage = Sorunuzu yazın. Boş satır sıradaki alıntıyı gösterir, q bitirir.
terminal-not-found = Belgelerde bu sorunun yanıtını bulamadım.
terminal-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazın.
terminal-near-hint = (Boş satır en yakın yerleri gösterir.)
terminal-near = Yanıt sayılmaz; en yakın yerler:
terminal-no-more = Gösterecek başka alıntı yok.
terminal-confidence = güven: %{ $percent }
terminal-adding = Ekleniyor
terminal-file-added = eklendi: { $file } ({ $passages } parça)
terminal-file-replaced = yenilendi: { $file } ({ $passages } parça)
terminal-file-copy = içeriği zaten var: { $file }
terminal-file-unchanged = zaten var: { $file }
terminal-summary = { $counts }; { $passages ->
    [0] kitaplık henüz boş.
   *[other] kitaplıkta { $passages } parça var.
}
terminal-nothing-new = Yeni bir şey yok
terminal-first-count = { $count } belge { $outcome }
terminal-next-count = { $count } { $outcome }
terminal-outcome-added = eklendi
terminal-outcome-replaced = yenilendi
terminal-outcome-unchanged = zaten vardı
terminal-outcome-unreadable = okunamadı
terminal-encoding = Bu model { $total } parçadan { $done } tanesini kodladı. Kalanı arka planda kodlanıyor; bu sırada gömülü model arıyor.
terminal-to-encode = Bu model { $total } parçadan { $done } tanesini kodladı; hepsi kodlanana kadar gömülü model arar. Kalanı kodlamak için: alinti encode
terminal-encoded = Bu modelle kodlanan: { $total } parçadan { $done }.
terminal-no-documents = Henüz hiç belge yok. Eklemek için: alinti add DOSYA
terminal-removed = { $id } numaralı belge kaldırıldı.
terminal-no-such-document = { $id } numaralı bir belge yok. Numaralar için: alinti documents
terminal-column-id = no
terminal-column-title = belge
terminal-column-passages = parça
terminal-column-added = eklendi
terminal-column-source = kaynak
